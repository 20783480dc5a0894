#!/usr/bin/env python3
"""Two files of people who partly overlap, and their join in the clear.

    people.py split DIR             DIR/a.csv and DIR/b.csv, of the same people in the same
                                    order, become files as two parties would have them
    people.py texts FILE            its identifiers, a line each, as written and as compared

Split: a tenth of the people are at b alone, a fifth at a alone, in orders of their own.
In place of `id` they have an e-mail address and a telephone number, which each party writes
as it likes; some are empty, some are no address or number, some are a placeholder.

The join (`linked`): a row of b counts under its first identifier that is usable; a row of a
is looked up by each of its own, in order, and the first that is found counts. Notations are
undone by rules of this file's own, which hold for what split writes."""
import collections, csv, random, re, sys

FREQUENT = 10  # as in the study
PLACEHOLDER = {"email": "info@Xq7Zu.example", "phone": "0800 1234567"}
EMPTY, UNUSABLE, PLACED = 0.06, 0.02, 0.02  # of the rows, for each identifier
MARKER = "Xq7Zu"  # as in lib.sh


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    with open(path, "w", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def email(party, person):
    name = f"{MARKER}.{person}"
    return f"{name}@mail.example" if party == "a" else f"  {name.upper()}@Mail.Example "


def phone(party, person):
    n = f"{person * 7919 % 10**7:07d}"
    return f"(0151) {n[:3]} {n[3:]}" if party == "a" else f"+49 (0)151/{n[:4]}-{n[4:]}"


def blurred(text, placeholder, rng):
    u = rng.random()
    if u < EMPTY:
        return ""
    if u < EMPTY + UNUSABLE:
        return MARKER
    return placeholder if u < EMPTY + UNUSABLE + PLACED else text


def split(folder):
    rng = random.Random(1)
    at = {"a": [], "b": []}
    both = zip(read(f"{folder}/a.csv"), read(f"{folder}/b.csv"))
    for person, rows in enumerate(both, 1):
        where = rng.choices(["ab", "a", "b"], [7, 2, 1])[0]
        for party, row in zip("ab", rows):
            del row["id"]
            for kind, text in ("email", email), ("phone", phone):
                row[kind] = blurred(text(party, person), PLACEHOLDER[kind], rng)
            if party in where:
                at[party].append(row)
    for party, rows in at.items():
        rng.shuffle(rows)
        write(f"{folder}/{party}.csv", rows)


def plain_email(text):
    text = text.strip().lower()
    return text if "@" in text else None


def plain_phone(text):
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    if len(digits) < 7:
        return None
    return "+" + digits if text.startswith("+") else "+49" + digits[1:]


KINDS = {"email": plain_email, "phone": plain_phone}


def identifiers(rows):
    """A list of (kind, text) for each row: those that count, in order."""
    plain = [[(kind, of(row[kind])) for kind, of in KINDS.items()] for row in rows]
    times = collections.Counter(one for row in plain for one in row)
    return [[one for one in row if one[1] and times[one] <= FREQUENT] for row in plain]


def linked(a, b):
    """The row of b for each row of a, or None."""
    first = {ids[0]: row for ids, row in zip(identifiers(b), b) if ids}
    return [next((first[i] for i in ids if i in first), None) for ids in identifiers(a)]


def notes(rows):
    """What the owner is told: counts of rows by what their identifier is."""
    n_usable = collections.Counter(kind for row in identifiers(rows) for kind, _ in row)
    told = {}
    for kind, of in KINDS.items():
        n_empty = sum(row[kind] == "" for row in rows)
        n_plain = sum(of(row[kind]) is not None for row in rows)
        told[kind] = (f"{n_usable[kind]} of {len(rows)} rows have one; {n_empty} are empty, "
                      f"{len(rows) - n_empty - n_plain} not usable as {kind}, "
                      f"{n_plain - n_usable[kind]} on more than {FREQUENT} rows")
    return told


def texts(rows):
    """Every notation of every identifier that could give somebody away."""
    written = {row[kind].strip() for row in rows for kind in KINDS}
    return written - {""} | {text for row in identifiers(rows) for _, text in row}


if __name__ == "__main__":
    act, *words = sys.argv[1:]
    if act == "split":
        split(words[0])
    else:
        print("\n".join(sorted(texts(read(words[0])))))
