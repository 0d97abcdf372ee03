"""Tickets by words anywhere in their conversation or header, and by filters. Every word must be somewhere in the
ticket."""

import sqlite3

from console.store.conditions import Asker, Parameter, condition
from console.store.messages import decode_message
from console.store.queue_rows import pending_by_lane, rows_by_number
from console.store.reading import decode
from console.store.schema import MAX_MESSAGES, MESSAGE_BITS
from console.store.snippets import snippet
from desk.folding import is_han, match_expression, run_phrase, segment, words
from desk.query import TicketQuery, Word
from desk.records import Ticket
from desk.rows import SearchHit


def search(reader: sqlite3.Connection, query: TicketQuery, asker: Asker, limit: int) -> list[SearchHit]:
    """Hits, best first; without words, the most urgent ones that the filters let through."""
    sought = [expression for word in query.words if not word.negated and (expression := word_expression(word))]
    unwanted = [expression for word in query.words if word.negated and (expression := word_expression(word))]
    where = condition(TicketQuery(filters=query.filters), asker)
    sql, parameters = _statement(sought, unwanted, where.sql)
    found = reader.execute(sql, (*parameters, *where.parameters, *unwanted, limit)).fetchall()
    rows = rows_by_number(reader, [number for number, _hit in found], pending_by_lane(reader))
    needles = [needle for word in query.words if not word.negated for needle in words(word.text)]
    return [
        SearchHit(row=rows[number], snippet=_snippet(reader, hit, needles) if hit is not None else "")
        for number, hit in found
        if number in rows
    ]


def word_expression(word: Word) -> str:
    """The FTS5 expression for one word of a query; empty when it holds nothing that is indexed."""
    if not word.quoted:
        return match_expression(word.text)
    found = words(word.text)
    if not found:
        return ""
    if len(found) == 1 and is_han(found[0]):
        return run_phrase(found[0])
    tokens = [token for one in found for token in segment(one).split()]
    if is_han(found[-1]) and len(found[-1]) > 1:
        tokens.pop()  # the run may go on in the text
    return f'"{" ".join(tokens)}"'


def _statement(sought: list[str], unwanted: list[str], where: str) -> tuple[str, list[Parameter]]:
    """Numbers of tickets with the message that matched best (None without words)."""
    parameters: list[Parameter] = []
    joins = ""
    for at, expression in enumerate(sought):
        joins += (
            f" JOIN (SELECT hit >> {MESSAGE_BITS} AS number, min(score) AS score, hit FROM "
            "(SELECT rowid AS hit, rank AS score FROM ticket_fts WHERE ticket_fts MATCH ?) "
            f"GROUP BY hit >> {MESSAGE_BITS}) w{at} ON w{at}.number = t.row"
        )
        parameters.append(expression)
    for _expression in unwanted:
        where += f" AND t.row NOT IN (SELECT rowid >> {MESSAGE_BITS} FROM ticket_fts WHERE ticket_fts MATCH ?)"
    order = " + ".join(f"w{at}.score" for at in range(len(sought))) or "t.urgency_at"
    hit = "w0.hit" if sought else "NULL"
    sql = f"SELECT t.row, {hit} FROM ticket t{joins} WHERE {where} ORDER BY {order}, t.updated_at DESC, t.id LIMIT ?"
    return sql, parameters


def _snippet(reader: sqlite3.Connection, hit: int, needles: list[str]) -> str:
    number, n = hit >> MESSAGE_BITS, hit & MAX_MESSAGES
    if n:
        found = reader.execute("SELECT doc FROM message WHERE row = ?", (hit,)).fetchone()
        return snippet(decode_message(found[0]).body, needles) if found else ""
    found = reader.execute("SELECT doc FROM ticket WHERE row = ?", (number,)).fetchone()
    return snippet(decode(found[0], Ticket).subject, needles) if found else ""
