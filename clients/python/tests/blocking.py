"""An `AsyncApiClient` that is used as an `ApiClient`, so that one test tries both."""

import inspect

from protocol_api import AsyncFileDownload, AsyncList, AsyncPage


class Blocking:
    """Waits for all that is to be awaited."""

    def __init__(self, inner, loop):
        self.inner, self._loop = inner, loop

    def __getattr__(self, name):
        value = getattr(self.inner, name)
        if inspect.ismethod(value):
            return lambda *args, **kwargs: self._adapted(value(*args, **kwargs))
        return Blocking(value, self._loop) if hasattr(value, "_core") else value

    def _adapted(self, result):
        if inspect.iscoroutine(result) or isinstance(result, AsyncList):

            async def wait():
                return await result

            return self._adapted(self._loop.run_until_complete(wait()))
        if isinstance(result, (AsyncFileDownload, AsyncPage)):
            return BlockingIterable(result, self._loop)
        return Steps(result, self) if inspect.isasyncgen(result) else result

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class BlockingIterable(Blocking):
    """A page, or a file."""

    def __getitem__(self, name):
        return self.inner[name]

    def __iter__(self):
        return Steps(self.inner.__aiter__(), self)


class Steps:
    """An iterator."""

    def __init__(self, steps, owner):
        self._steps, self._owner = steps, owner

    def __iter__(self):
        return self

    def __next__(self):
        async def step():
            try:
                return [await self._steps.__anext__()]
            except StopAsyncIteration:
                return []

        found = self._owner._loop.run_until_complete(step())
        if not found:
            raise StopIteration
        return self._owner._adapted(found[0])

    def close(self):
        self._owner._loop.run_until_complete(self._steps.aclose())
