"""Responses of the search providers, field by field as their documentation gives them."""

from typing import Any

URL = "https://news.example/cranes"
EXA: dict[str, Any] = {
    "requestId": "b5947044c4b78efa9552a7c89b306d95",
    "resolvedSearchType": "neural",
    "results": [
        {
            "title": "Cranes are dearer",
            "url": URL,
            "publishedDate": "2026-03-02T00:00:00.000Z",
            "author": "A. Writer",
            "score": 0.46,
            "id": URL,
            "text": "Prices of cranes\nrose by 7%.",
        }
    ],
    "costDollars": {"total": 0.005},
}
TAVILY: dict[str, Any] = {
    "query": "cranes",
    "answer": None,
    "images": [],
    "results": [
        {
            "title": "Cranes are dearer",
            "url": URL,
            "content": "Prices of cranes rose by 7%.",
            "score": 0.81,
            "raw_content": None,
            "published_date": "Mon, 02 Mar 2026 09:30:00 GMT",
        }
    ],
    "response_time": 1.67,
}
SEARXNG: dict[str, Any] = {
    "query": "cranes",
    "number_of_results": 0,
    "results": [
        {
            "url": URL,
            "title": "Cranes are dearer",
            "content": "Prices of cranes rose by 7%.",
            "publishedDate": "2026-03-02T00:00:00",
            "engine": "duckduckgo",
            "engines": ["duckduckgo"],
            "parsed_url": ["https", "news.example", "/cranes", "", "", ""],
            "score": 1.0,
            "category": "general",
        }
    ],
    "answers": [],
    "suggestions": [],
    "unresponsive_engines": [],
}
FORMATS = {"exa": EXA, "tavily": TAVILY, "searxng": SEARXNG}
