"""Plain English for what the command line says, which is in one language."""


def things(n: int, noun: str) -> str:
    """`1 row set aside`, `2 rows set aside`: the first word of `noun` bears the plural."""
    first, blank, rest = noun.partition(" ")
    return f"{n} {first if n == 1 else first + 's'}{blank}{rest}"
