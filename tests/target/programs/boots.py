# Starts the clip and tells what became of it: kernels, health records, the light after a second, a host's greeting.
# /case.txt: "dead" for a board without a microphone clock.
from target_board import Board, DeadMic, Mic, Script

from allears_clip.app import Clip
from allears_core import link, messages, records, sealed, version

with open("/case.txt") as file:
    case = file.read()
board = Board(DeadMic if case == "dead" else Mic, Script)
clip = Clip(board)
reader = records.Reader()
found = []
cursor = clip.log.read(records.EVENTS, 0, 1 << 16)
data = cursor.step()
session = clip.log._sessions[records.EVENTS]  # what the bench may know: no key of it is on the flash
while data is not None:
    if data:
        found += reader.feed(sealed.open_block(session.keys, data))
    data = cursor.step()
found += reader.feed(b"", last=True)
for record, _ in found:
    if record.name == "HEALTH":
        print("health", records.HEALTH_CODES[record.values["code"]], record.values["detail"].decode())
lights = set()
for _ in range(64):
    board.clock.now += 16
    clip.turn()
    lights.add((board.light.red, board.light.green, board.light.blue))
print("light", len(lights) > 1)
host = link.Client()
tag, request = host.request(messages.HELLO, protocol=version.PROTOCOL)
board.line.incoming += request
answers = []
while not answers:
    clip.turn()
    answers = host.receive(board.line.said)
    board.line.said = b""
print("kernels", clip.kernels)
print("hello", answers[0][0].name, answers[0][2]["text"].decode().replace("\n", "/"))
