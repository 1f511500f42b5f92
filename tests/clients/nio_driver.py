# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person at matrix-nio, told what to do by nio.js: a JSON object a line comes in, answers and what was heard go out.

What was heard in a sync is told after nio has dealt with all of that sync, keys included. (This file is not called nio.py:
it would be what `import nio` finds.)
"""
import asyncio
import base64
import dataclasses
import json
import sys

import nio
from nio.crypto import decrypt_attachment

ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


def tell(**what):
    print(json.dumps(what), flush=True)


def good(response):
    """nio answers with an error instead of raising it."""
    if isinstance(response, nio.ErrorResponse):
        raise RuntimeError(f"{type(response).__name__}: {response}")
    return response


class Person:
    def __init__(self):
        self.client = None
        self.syncing = None
        self.heard = []

    def make(self, server, user, store):
        config = nio.AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
        self.client = nio.AsyncClient(server, user, store_path=store, config=config)
        self.client.add_event_callback(self.note, (nio.RoomMessage, nio.MegolmEvent, nio.RoomMemberEvent))
        self.client.add_event_callback(self.note, nio.InviteMemberEvent)
        self.client.add_response_callback(self.pass_on, nio.SyncResponse)

    async def note(self, room, event):
        content = event.source.get("content") or event.content  # nio takes it out of an invite
        locked = isinstance(event, nio.MegolmEvent)
        self.heard.append(dict(event.source, content=content, room_id=room.room_id, locked=locked))

    async def pass_on(self, _):
        for event in self.heard:
            tell(heard=event)
        self.heard = []

    async def begin(self):
        # nio 0.20 asks for files without saying who asks; later versions say it themselves.
        headers = {"Authorization": f"Bearer {self.client.access_token}"}
        self.client.config = dataclasses.replace(self.client.config, custom_headers=headers)
        self.syncing = asyncio.create_task(self.client.sync_forever(timeout=30000, full_state=True))
        self.syncing.add_done_callback(lambda task: task.cancelled() or tell(died=repr(task.exception())))
        await self.client.synced.wait()
        return {"user": self.client.user_id, "device": self.client.device_id, "token": self.client.access_token}

    async def sign_in(self, server, user, password, store):
        self.make(server, user, store)
        good(await self.client.login(password, device_name="nio"))
        return await self.begin()

    async def restore(self, server, user, device, token, store):
        self.make(server, user, store)
        self.client.restore_login(user, device, token)
        return await self.begin()

    async def create_group(self, name, invite):
        created = good(await self.client.room_create(
            name=name, invite=invite, initial_state=[ENCRYPTION], preset=nio.RoomPreset.private_chat))
        return created.room_id

    async def join(self, room):
        good(await self.client.join(room))

    async def send(self, room, content):
        while self.client.should_query_keys:
            good(await self.client.keys_query())
        sent = good(await self.client.room_send(room, "m.room.message", content, ignore_unverified_devices=True))
        return sent.event_id

    async def send_picture(self, room, name, data, info):
        data = base64.b64decode(data)
        uploaded, keys = await self.client.upload(
            lambda *_: data, content_type=info["mimetype"], filename=name, encrypt=True, filesize=len(data))
        file = dict(keys, url=good(uploaded).content_uri)
        return await self.send(room, {"msgtype": "m.image", "body": name, "info": dict(info, size=len(data)), "file": file})

    async def open(self, file):
        sealed = good(await self.client.download(mxc=file["url"])).body
        return base64.b64encode(decrypt_attachment(sealed, file["key"]["k"], file["hashes"]["sha256"], file["iv"])).decode()

    async def history(self, room):
        page = good(await self.client.room_messages(room, self.client.next_batch, limit=100))
        return [dict(event.source, locked=isinstance(event, nio.MegolmEvent)) for event in page.chunk]

    async def stop(self):
        self.syncing.cancel()
        await self.client.close()


async def main():
    reader = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    person = Person()
    while line := await reader.readline():
        order = json.loads(line)
        number, do = order.pop("number"), order.pop("do")
        try:
            tell(number=number, done=await getattr(person, do)(**order))
        except Exception as error:
            tell(number=number, failed=f"{type(error).__name__}: {error}")
        if do == "stop":
            return


asyncio.run(main())
