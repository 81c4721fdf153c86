"""Recomputes every company's score from the raw block file of a ledger, with Python's standard library alone.

    python3 recompute.py BLOCKS INSTANT...

An auditor's second opinion: it shares no code with the ledger. It opens the file of blocks frame by frame, checks the chain
(CRC-32 of every frame, SHA-256 of every block's data, every block's hash in the next one's header), takes the facts and the
credit policy from the events of the transactions that the blocks call valid, and does the arithmetic of the policy again.

Prints one JSON object: {"height", "policies": {hash: id}, "scores": [{"company", "at", "policyHash", "score", "band",
"deductions": [{"kind", "fact", "points"}]}]}. Exit 1 when the file does not hold together.
"""

import base64
import calendar
import datetime
import hashlib
import json
import struct
import sys
import zlib

UTC = datetime.timezone.utc
CHINA = datetime.timezone(datetime.timedelta(hours=8))
DAY_MS = 86_400_000
ENDORSER_TRANSACTION = 3
VALID = 0
TRANSACTIONS_FILTER = 2


class Damaged(Exception):
    """The file is not an unbroken chain of blocks."""


# --- the file of blocks


def frames(data):
    """Yields each block of `ANLB | length | crc32(these 8) | block | crc32(block) | END\\n`, numbers big-endian."""
    at = 0
    while at < len(data):
        magic, length, head_crc = struct.unpack_from(">4sII", data, at)
        if magic != b"ANLB" or head_crc != zlib.crc32(data[at : at + 8]):
            raise Damaged(f"byte {at}: not the beginning of a block")
        block = data[at + 12 : at + 12 + length]
        crc, end = struct.unpack_from(">I4s", data, at + 12 + length)
        if crc != zlib.crc32(block) or end != b"END\n":
            raise Damaged(f"byte {at}: the block is damaged")
        yield block
        at += 12 + length + 8


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7


def fields(message):
    """A protobuf message as {field number: [values]}: integers for varints, bytes for everything with a length."""
    found, at = {}, 0
    while at < len(message):
        tag, at = varint(message, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = varint(message, at)
        elif wire == 2:
            length, at = varint(message, at)
            value, at = message[at : at + length], at + length
        else:
            raise Damaged(f"wire type {wire} does not occur in a block")
        found.setdefault(number, []).append(value)
    return found


def one(message, number, absent=b""):
    return fields(message).get(number, [absent])[-1]


def path(message, *numbers):
    for number in numbers:
        message = one(message, number)
    return message


def der(tag, body):
    length = len(body)
    size = bytes([length]) if length < 0x80 else b"\x81" + bytes([length])
    return bytes([tag]) + size + body


def header_hash(number, previous, data_hash):
    """SHA-256 of SEQUENCE { INTEGER number, OCTET STRING previousHash, OCTET STRING dataHash }, as Fabric names a block."""
    integer = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return hashlib.sha256(der(0x30, der(2, integer) + der(4, previous) + der(4, data_hash))).digest()


def blocks_of(data):
    """Yields each block's envelopes with the validation code 0, after checking the chain up to it."""
    expected_number, expected_previous = 0, b""
    for block in frames(data):
        header = one(block, 1)
        number, previous, data_hash = one(header, 1, 0), one(header, 2), one(header, 3)
        envelopes = fields(one(block, 2)).get(1, [])
        if number != expected_number or previous != expected_previous:
            raise Damaged(f"block {number} does not follow the one before it")
        if hashlib.sha256(b"".join(envelopes)).digest() != data_hash:
            raise Damaged(f"block {number}: its data are not those of its header")
        codes = fields(one(block, 3))[1][TRANSACTIONS_FILTER]
        yield [envelope for envelope, code in zip(envelopes, codes) if code == VALID]
        expected_number, expected_previous = number + 1, header_hash(number, previous, data_hash)


def events_of(envelope):
    """(transaction time in ms, [event]) of an endorser transaction; none for a configuration."""
    payload = one(envelope, 1)
    channel_header = path(payload, 1, 1)
    if one(channel_header, 1, 0) != ENDORSER_TRANSACTION:
        return 0, []
    stamp = one(channel_header, 3)
    at_ms = one(stamp, 1, 0) * 1000 + one(stamp, 2, 0) // 1_000_000
    # Transaction.actions, TransactionAction.payload, ChaincodeActionPayload.action, its response payload, its extension, events.
    event = path(payload, 2, 1, 2, 2, 1, 2, 2)
    return at_ms, json.loads(one(event, 4)) if event else []


# --- time at UTC+8


def instant_ms(text):
    return round(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp() * 1000)


def day_start_ms(day):
    return round(datetime.datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=CHINA).timestamp() * 1000)


def add_months_ms(ms, months):
    """The same time of day some calendar months later; the last day of a shorter month in place of one it lacks."""
    local = datetime.datetime.fromtimestamp(ms // 1000, CHINA)
    month = local.year * 12 + local.month - 1 + months
    year, month = month // 12, month % 12 + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return round(local.replace(year=year, month=month, day=day).timestamp()) * 1000 + ms % 1000


# --- the facts


class Facts:
    """What the ledger's events say, one table per kind of fact."""

    def __init__(self):
        self.companies = []
        self.policies = []
        self.violations = {}
        self.credentials = {}
        self.evaluations = {}

    def take(self, at_ms, event):
        handler = getattr(self, "on_" + event["name"].replace(".", "_"), None)
        if handler:
            handler(at_ms, event["data"])

    def on_member_admitted(self, at_ms, data):
        self.companies.append(data["member"]["company"])

    def on_credit_policy_adopted(self, at_ms, data):
        # RFC 8785 for what a policy holds: names in ASCII, integers, booleans.
        text = json.dumps(data["policy"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        if digest != data["policyHash"]:
            raise Damaged(f"policy {data['policyHash']} hashes to {digest}")
        self.policies.append((instant_ms(data["effectiveAt"]), at_ms, digest, data["policy"]))

    def add_violation(self, at_ms, fact, imported):
        self.violations[fact["violation"]] = {
            **fact,
            "occurred": instant_ms(fact["occurredAt"]),
            "recorded": at_ms,
            "imported": imported,
            "acknowledged": None,
            "appeals": [],
        }

    def add_evaluation(self, at_ms, fact, member):
        occurred = instant_ms(fact["occurredAt"])
        self.evaluations[fact["evaluation"]] = {**fact, "member": member, "occurred": occurred, "recorded": at_ms}

    def on_credit_imported(self, at_ms, data):
        for fact in data["facts"]:
            if fact["kind"] == "violation":
                self.add_violation(at_ms, fact, imported=True)
            else:
                self.add_evaluation(at_ms, fact, fact["member"])

    def on_credit_noticed(self, at_ms, data):
        self.add_violation(at_ms, data, imported=False)

    def on_credit_acknowledged(self, at_ms, data):
        self.violations[data["violation"]]["acknowledged"] = at_ms

    def on_credit_appealed(self, at_ms, data):
        self.violations[data["violation"]]["appeals"].append({"from": at_ms, "to": None, "upheld": False})

    def on_credit_appeal_withdrawn(self, at_ms, data):
        self.violations[data["violation"]]["appeals"][-1]["to"] = at_ms

    def on_credit_resolved(self, at_ms, data):
        self.violations[data["violation"]]["appeals"][-1].update(to=at_ms, upheld=data["outcome"] == "upheld")

    def on_credit_evaluated(self, at_ms, data):
        self.add_evaluation(at_ms, data, data["recordedBy"])

    def on_credential_registered(self, at_ms, data):
        self.credentials[data["credential"]] = {**data, "suspended": [], "revoked": None, "renewals": []}
        if "supersedes" in data:
            self.credentials[data["supersedes"]]["renewals"].append(data["credential"])

    def on_credential_suspended(self, at_ms, data):
        self.credentials[data["credential"]]["suspended"].append([at_ms, None])

    def on_credential_unsuspended(self, at_ms, data):
        self.credentials[data["credential"]]["suspended"][-1][1] = at_ms

    def on_credential_revoked(self, at_ms, data):
        self.credentials[data["credential"]]["revoked"] = at_ms


# --- the arithmetic of the policy


def covers(start, end, at):
    return start <= at and (end is None or at < end)


def counts(violation, policy, at):
    """Over [occurredAt, + keepMonths), once acknowledged or left alone for some days, and not while an appeal is open or after it was upheld."""
    if not covers(violation["occurred"], add_months_ms(violation["occurred"], policy["keepMonths"]), at):
        return False
    for appeal in violation["appeals"]:
        ended = appeal["to"] is not None and appeal["to"] <= at
        if (appeal["upheld"] and ended) or covers(appeal["from"], appeal["to"], at):
            return False
    if violation["imported"]:
        return True
    acknowledged = violation["acknowledged"] is not None and violation["acknowledged"] <= at
    return acknowledged or at >= violation["recorded"] + policy["acknowledgeDays"] * DAY_MS


def conduct(facts, policy, company, at):
    for violation in facts.violations.values():
        clause = policy["clauses"].get(violation["clause"])
        if violation["company"] != company or clause is None or not counts(violation, policy, at):
            continue
        kind, points = ("veto", policy["base"]) if clause["veto"] else ("violation", clause["company"])
        yield kind, violation["violation"], points


def revoked(paper, at):
    return paper["revoked"] is not None and paper["revoked"] <= at


def in_force(paper, at):
    end = day_start_ms(paper["validTo"]) + DAY_MS if "validTo" in paper else None
    return (
        covers(day_start_ms(paper["validFrom"]), end, at)
        and not revoked(paper, at)
        and not any(covers(start, stop, at) for start, stop in paper["suspended"])
    )


def replaced(facts, paper, at):
    """A paper has lost its place while a renewal of it, or a renewal of that one, has begun and is not revoked."""
    renewals = [facts.credentials[renewal] for renewal in paper["renewals"]]
    return any(
        (day_start_ms(renewal["validFrom"]) <= at and not revoked(renewal, at)) or replaced(facts, renewal, at)
        for renewal in renewals
    )


def papers(facts, policy, company, at):
    """Compulsory insurance is missed by who never had it too; a qualification only by who had it."""
    for part, lapse in (("insurance", "insurance_lapsed"), ("qualification", "qualification_lapsed")):
        for kind in policy[part]["types"]:
            begun = [
                paper
                for paper in facts.credentials.values()
                if paper["type"] == kind
                and paper["subject"].get("company") == company
                and day_start_ms(paper["validFrom"]) <= at
                and not replaced(facts, paper, at)
            ]
            if any(in_force(paper, at) for paper in begun):
                continue
            if begun:
                last = max(begun, key=lambda paper: (paper.get("validTo", "~"), paper["credential"]))
                yield lapse, last["credential"], policy[part]["points"]
            elif part == "insurance":
                yield "insurance_missing", None, policy[part]["points"]


def evaluations(facts, policy, company, at):
    """The last grade by each member counts, while it is kept."""
    known = [one for one in facts.evaluations.values() if one["company"] == company and one["occurred"] <= at]
    known.sort(key=lambda one: (one["occurred"], one["recorded"], one["evaluation"]))
    for last in {one["member"]: one for one in known}.values():
        if at < add_months_ms(last["occurred"], policy["keepMonths"]):
            yield "evaluation", last["evaluation"], policy["evaluation"][last["grade"]]


def score(facts, company, at_text):
    at = instant_ms(at_text)
    adopted = [adoption for adoption in facts.policies if adoption[0] <= at]
    _, _, policy_hash, policy = max(adopted, key=lambda adoption: adoption[:3])
    lost = [
        deduction
        for part in (conduct, papers, evaluations)
        for deduction in part(facts, policy, company, at)
        if deduction[2] > 0
    ]
    veto = any(kind == "veto" for kind, _, _ in lost)
    points = 0 if veto else max(policy["floor"], policy["base"] - sum(points for _, _, points in lost))
    bands = policy["bands"]
    band = "red" if veto else "green" if points >= bands["green"] else "amber" if points >= bands["amber"] else "red"
    return {
        "company": company,
        "at": at_text,
        "policyHash": policy_hash,
        "score": points,
        "band": band,
        "deductions": [{"kind": kind, "fact": fact, "points": points} for kind, fact, points in lost],
    }


def main(blocks, *instants):
    facts, height = Facts(), 0
    with open(blocks, "rb") as file:
        for envelopes in blocks_of(file.read()):
            height += 1
            for at_ms, events in map(events_of, envelopes):
                for event in events:
                    facts.take(at_ms, event)
    return {
        "height": height,
        "policies": {policy_hash: policy["id"] for _, _, policy_hash, policy in facts.policies},
        "scores": [score(facts, company, at) for at in instants for company in facts.companies],
    }


if __name__ == "__main__":
    try:
        json.dump(main(*sys.argv[1:]), sys.stdout)
    except (Damaged, IndexError, struct.error) as fault:
        sys.exit(f"the blocks do not hold together: {fault}")
