"""People for whom samples run, with the things that samples name."""

import json
import urllib.error
import urllib.request

from samples_document import Wrong

PATIENCE = 60
PHONE_NUMBER = "+12025550170"


class Api:
    def __init__(self, ready):
        self.url, self.invoke_url = ready["url"], ready["invoke_url"]

    def person(self, username):
        """The token of somebody new."""
        url = f"{self.invoke_url}/2015-03-31/functions/tokens-create/invocations"
        payload = json.dumps({"username": username, "phone_number": PHONE_NUMBER})
        with urllib.request.urlopen(urllib.request.Request(url, payload.encode()), timeout=PATIENCE) as answer:
            return json.load(answer)["token"]

    def call(self, token, method, path, body=None, content_type="application/json"):
        """The status and the JSON of the answer."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Authorization": f"Bearer {token}", "Content-Type": content_type}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


class World:
    """A person, and things of theirs that are made when a sample names them.

    `text` stands in their messages, so that a search for it finds them. Whoever `is_leaving` is in groups of others.
    """

    def __init__(self, api, username, text, is_leaving):
        self.api, self.username, self.text = api, username, text
        self.token = api.person(username)
        self.makers = MAKERS | ({"groups": World.joined_group} if is_leaving else {})
        self.made, self.examples = {}, {}

    def call(self, method, path, *body, token=None):
        status, answer = self.api.call(token or self.token, method, path, *body)
        if status >= 300:
            raise Wrong(f"what it needs cannot be made: {method} {path} is a {status}: {answer}")
        return answer

    def some(self, kind):
        """The id of the first thing of this kind."""
        return (self.made.get(kind) or [self.make(kind)])[0]

    def thing(self, kind, example):
        """The id of the thing that an example stands for."""
        if example not in self.examples:
            free = [made for made in self.made.get(kind, []) if made not in self.examples.values()]
            self.examples[example] = free[0] if free else self.make(kind)
        return self.examples[example]

    def make(self, kind):
        if kind not in self.makers:
            raise Wrong(f"it needs one of the {kind}: MAKERS in .ci/samples_world.py has to tell how one is made")
        made = self.makers[kind](self, len(self.made.get(kind, [])))
        self.made.setdefault(kind, []).append(made)
        return made

    def contact(self, number):
        person = {"username": f"{self.username}-{number}", "phone_number": PHONE_NUMBER}
        return self.call("POST", "/v1/contacts", person)["id"]

    def conversation(self, number):
        contact = self.contact(f"c{number}")
        return self.call("GET", f"/v1/contacts/{contact}")["conversation_id"]

    def message(self, _):
        message = {"conversation_id": self.some("conversations"), "message": self.text}
        return self.call("POST", "/v1/messages", message)["id"]

    def attachment(self, number):
        part = f'Content-Disposition: form-data; name="file"; filename="Plan {number}.txt"\r\nContent-Type: text/plain'
        form = f"--b\r\n{part}\r\n\r\n{self.text}\r\n--b--\r\n".encode()
        return self.call("POST", "/v1/attachments", form, "multipart/form-data; boundary=b")["id"]

    def group(self, number):
        group = {"name": f"Group {number}", "contacts": [self.some("contacts")]}
        return self.call("POST", "/v1/groups", group)["id"]

    def joined_group(self, number):
        owner = self.api.person(f"{self.username}-owner{number}")
        person = {"username": self.username, "phone_number": PHONE_NUMBER}
        contact = self.call("POST", "/v1/contacts", person, token=owner)
        group = {"name": f"Group {number}", "contacts": [contact["id"]]}
        return self.call("POST", "/v1/groups", group, token=owner)["id"]

    def sound(self, number):
        return self.listed("sounds", number)

    def playlist(self, number):
        return self.listed("playlists", number)

    def theme(self, number):
        return self.listed("themes", number)

    def listed(self, collection, number):
        return self.call("GET", f"/v1/{collection}?limit=100")["data"][number]["id"]


# What is in the catalogue is there, all else is made.
MAKERS = {
    "contacts": World.contact,
    "conversations": World.conversation,
    "messages": World.message,
    "attachments": World.attachment,
    "groups": World.group,
    "sounds": World.sound,
    "playlists": World.playlist,
    "themes": World.theme,
}
