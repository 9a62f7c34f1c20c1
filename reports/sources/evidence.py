"""What a report rests on: texts that came with its order, and those of its documents.

Documents are read when they are first needed.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from jobs.ai.extraction.ranking import Corpus
from jobs.ai.extraction.sentences import sentences
from jobs.ai.extraction.tables import Table, tables
from jobs.ai.sources import Source, read_sources
from reports.sources.source_list import ListedSource

MAX_DOCUMENTS_CHARACTERS = 2_000_000
"""Read of all documents together; about 700 pages."""

IMAGE_DESCRIPTION = "The picture, as a language model describes it:"

OnDocument = Callable[[int, int], None]
"""Is told before a document is read: its number, from 1, and how many there are."""


class ReportSources:
    """The sources of one report. A resumed job that needs no text reads none."""

    def __init__(
        self,
        organization_id: uuid.UUID,
        ids: Sequence[uuid.UUID],
        on_document: OnDocument,
        texts: Sequence[Source] = (),
    ) -> None:
        self._organization_id = organization_id
        self._on_document = on_document
        self._ids = list(dict.fromkeys(ids))
        self._texts = texts
        self._clipped: set[str] = set()
        self._seen: Mapping[str, str] = {}

    def see(self, descriptions: Mapping[str, str]) -> None:
        """Add what pictures show, by their ids, to the texts of these sources.

        Say it before anything but `listing` is asked for.
        """
        self._seen = descriptions

    @cached_property
    def sources(self) -> list[Source]:
        """The documents' texts, in the order asked for, then the order's. Raises if one is gone."""
        return [self._described(source) for source in self._read]

    @cached_property
    def _read(self) -> list[Source]:
        share = MAX_DOCUMENTS_CHARACTERS // max(1, len(self._ids))
        read = []
        for place, document in enumerate(self._ids, start=1):
            self._on_document(place, len(self._ids))
            # One at a time: a scan takes minutes, and the job may be cancelled meanwhile.
            [source] = read_sources(self._organization_id, [document])
            read.append(self._within(source, share))
        return [*read, *self._texts]

    @cached_property
    def corpus(self) -> Corpus:
        """The sentences of all sources."""
        return Corpus(sentences=sentences(self.sources))

    @cached_property
    def tables(self) -> list[Table]:
        """The tables of all sources."""
        return list(tables(self.sources))

    def number(self, source: Source) -> int:
        """Give the number of a source in the report, from 1."""
        return self._numbers[source.id]

    def mark(self, source: Source, page: int | None) -> str:
        """Give the mark by which a place is cited: `S1, p. 3`."""
        return f"S{self.number(source)}" + ("" if page is None else f", p. {page}")

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {source.id: number for number, source in enumerate(self.sources, start=1)}

    def listing(self) -> list[ListedSource]:
        """Give what the report says of its sources."""
        return [
            ListedSource(
                id=source.id,
                name=source.name,
                kind=source.kind,
                pages=len(source.pages),
                readable=any(text.strip() for _, text in source.numbered_pages),
                clipped=source.id in self._clipped,
            )
            for source in self._read
        ]

    def _described(self, source: Source) -> Source:
        shown = self._seen.get(source.id)
        if not shown:
            return source
        text = "\n\n".join(filter(None, [f"{IMAGE_DESCRIPTION} {shown}", source.text.strip()]))
        return replace(source, text=text, pages=(text,) if source.pages else ())

    def _within(self, source: Source, most: int) -> Source:
        if sum(len(text) for _, text in source.numbered_pages) <= most:
            return source
        self._clipped.add(source.id)
        pages, left = [], most
        for page in source.pages:
            pages.append(page[:left])
            left -= len(pages[-1])
        return replace(source, text=source.text[:most], pages=tuple(pages))
