"""Showing a clip that this host holds a role's key, at the moment a request needs it."""

import os
import time
from collections.abc import Callable
from typing import Any

from allears.device.channel import TRIES, Channel, NoAnswer
from allears.device.hello import Hello
from allears.device.refusals import Refused
from allears.errors import MissingKey, WrongDevice
from allears_core import errors, messages, proof, seal
from allears_core.fields import Layout

# The key of a role for a unit (16 hex digits), None where this machine holds none.
KeyOf = Callable[[str, int], bytes | None]


# A clip takes no key for 0.5 s after a wrong one, twice as long after each more, up to 64 s.
LONGEST_WAIT_S = 66.0
# Where several keys would do, the one that may do least.
PREFERENCE = (messages.ROLE_AGENT, messages.ROLE_LEAD, messages.ROLE_IT)


class _OutOfDate(Exception):
    """The clip has another key of this role."""


class Authentication:
    """The session of one greeted clip. role: the ROLE_ bit it has shown, 0 so far.

    refused: keys that this clip has turned away, shown to it no more; given from one greeting to the next. warn: told
    of a key that is out of date where another one may do, as cause and next step.
    """

    def __init__(
        self,
        channel: Channel,
        hello: Hello,
        key_of: KeyOf,
        refused: set[bytes] | None = None,
        warn: Callable[[str], None] = lambda text: None,
    ):
        self.role = 0
        self._refused = set() if refused is None else refused
        self._warn = warn
        self._channel = channel
        self._hello = hello
        self._key_of = key_of
        channel.guard = self

    def ready(self, layout: Layout, values: dict[str, Any]) -> None:
        """Show a role that may send this request, unless that is done or none is needed.

        Raises MissingKey when this machine holds no key that would do, or another than the clip's.
        """
        mask = messages.roles(layout, values)
        if not mask or self.role & mask or not self._hello.capabilities & messages.CAP_SEALED:
            return
        held = {role: key for role in PREFERENCE if role & mask and (key := self._key(role))}
        if not held:
            raise MissingKey(
                f"this machine holds no {messages.role_words(mask)} key of clip {self._hello.unit}",
                "bring it with `allears keys import FILE` from whoever provisioned the clip",
            )
        good = [role for role, key in held.items() if key not in self._refused]
        while good:
            role = good.pop(0)
            try:
                self._show(role, held[role])
            except _OutOfDate:
                if good:
                    self._tell(role, good[0])
            else:
                return
        raise MissingKey(
            f"clip {self._hello.unit} refuses the {messages.role_words(sum(held))} key of this machine",
            "it was given new keys since: bring them with `allears keys import FILE`",
        )

    def _tell(self, stale: int, instead: int) -> None:
        name = messages.role_words(stale)
        self._warn(
            f"clip {self._hello.unit} refuses the {name} key of this machine, and is shown the "
            f"{messages.role_words(instead)} key instead; bring its present key with `allears keys import FILE`, or "
            f"drop this one with `allears keys forget {self._hello.unit} --role {name.lower()}`"
        )

    def forget(self) -> bool:
        """The clip knows of no session: begin anew when next needed. True if there was one here."""
        was = self.role != 0
        self.role = 0
        self._channel.sealer(None)
        return was

    def _key(self, role: int) -> bytes | None:
        return self._key_of(self._hello.unit, role)

    def _show(self, role: int, key: bytes) -> None:
        self.forget()
        for _ in range(TRIES - 1):
            try:
                return self._show_once(role, key)
            except NoAnswer:
                continue  # the challenge is spent: a lost answer costs a new one
        return self._show_once(role, key)

    def _challenge(self) -> bytes:
        """What the clip draws. Where this host has just shown it a wrong key, it is asked until it takes another."""
        end = time.monotonic() + (LONGEST_WAIT_S if self._refused else 0.0)
        while True:
            try:
                return bytes(self._channel.ask(messages.CHALLENGE, messages.CHALLENGE_REPLY)["nonce"])
            except Refused as refused:
                if refused.code != errors.TOO_SOON or time.monotonic() > end:
                    raise
            self._channel.listen()  # a moment, until it is asked again

    def _show_once(self, role: int, key: bytes) -> None:
        drawn = self._challenge()
        nonce = os.urandom(messages.NONCE_BYTES)
        unit, log_id = bytes.fromhex(self._hello.unit), bytes.fromhex(self._hello.log_id)
        said = proof.statement(unit, log_id, role, drawn, nonce)
        try:
            answer = self._channel.ask_once(
                messages.AUTHENTICATE,
                messages.AUTHENTICATE_REPLY,
                role=role,
                nonce=nonce,
                proof=proof.sign(key, proof.OF_HOST, said),
            )
        except Refused as refused:
            if refused.code != errors.WRONG_PROOF:
                raise
            self._refused.add(key)
            raise _OutOfDate from refused
        if not seal.equal(proof.sign(key, proof.OF_CLIP, said), answer["proof"]):
            raise WrongDevice(
                f"what answers as clip {self._hello.unit} does not hold that clip's key",
                "use another cable and port, and give the clip to whoever provisioned it",
            )
        self.role = role
        self._channel.sealer(proof.Sealer(proof.session_key(key, said)))
