from live.mailbox import MAILBOX_REFERENCES
from tests.live.stage import named

MANY = [named(str(number)) for number in range(MAILBOX_REFERENCES + 1)]
