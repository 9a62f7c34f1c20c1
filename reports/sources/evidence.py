"""The sources of a report: texts of its input and documents, which are read on first use."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from jobs.ai.extraction.ranking import Corpus
from jobs.ai.extraction.sentences import sentences
from jobs.ai.extraction.tables import SourceTable, tables
from jobs.ai.sources import Source, read_sources
from reports.sources.source_list import ListedSource

MAX_DOCUMENTS_CHARACTERS = 2_000_000
"""Of all documents together; about 700 pages."""

IMAGE_DESCRIPTION = "The image, as described by a language model:"

OnDocument = Callable[[int, int], None]
"""Called before each document is read, with its number (from 1) and the number of documents."""


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
        """Add descriptions of images, by id, to the texts of their sources.

        Call it before anything but `listing`.
        """
        self._seen = descriptions

    @cached_property
    def sources(self) -> list[Source]:
        """Texts of the documents in order, then of the input. Raises if a document is gone."""
        return [self._with_description(source) for source in self._read]

    @cached_property
    def _read(self) -> list[Source]:
        share = MAX_DOCUMENTS_CHARACTERS // max(1, len(self._ids))
        read = []
        for place, document in enumerate(self._ids, start=1):
            self._on_document(place, len(self._ids))
            # One at a time: a scan takes minutes, and the job may be cancelled in between.
            [source] = read_sources(self._organization_id, [document])
            read.append(self._within(source, share))
        return [*read, *self._texts]

    @cached_property
    def corpus(self) -> Corpus:
        """Sentences of all sources."""
        return Corpus(sentences=sentences(self.sources))

    @cached_property
    def tables(self) -> list[SourceTable]:
        """Tables of all sources."""
        return list(tables(self.sources))

    def number(self, source: Source) -> int:
        """Return the number of a source in the report, from 1."""
        return self._numbers[source.id]

    def mark(self, source: Source, page: int | None) -> str:
        """Return the mark that cites a place: `S1, p. 3`."""
        return f"S{self.number(source)}" + ("" if page is None else f", p. {page}")

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {source.id: number for number, source in enumerate(self.sources, start=1)}

    def listing(self) -> list[ListedSource]:
        """Return the entries of the report's list of sources."""
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

    def _with_description(self, source: Source) -> Source:
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
