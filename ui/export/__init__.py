"""Answers as an essay's raw material: Markdown, DOCX with real footnotes, and a page for printing."""
