"""Makes a call with the client that openapi-python-client generates, and meets an error."""

import os

from protocol_client import AuthenticatedClient
from protocol_client.api.contacts import get_contact
from protocol_client.api.me import get_me
from protocol_client.models import ApiError, Contact, Conversation, ErrorCode, Group, Message, Person, Sound

# What the contract names, generated code names too.
RESOURCES = (Contact, Conversation, Group, Message, Sound)

client = AuthenticatedClient(base_url=os.environ["URL"], token=os.environ["TOKEN"])
me = get_me.sync(client=client)
missing = get_contact.sync(client=client, id="0000000000000000")
assert isinstance(me, Person), me
assert isinstance(missing, ApiError) and missing.code is ErrorCode.RESOURCE_MISSING, missing
print(f"openapi-python-client: {me.username}")
