import pytest
from live.people import kate, missed

from protocol_api.core.operation import Operation
from protocol_api.generated import operations


def test_the_catalogue():
    sounds = list(kate.sounds.list(limit=25))
    if not sounds:
        pytest.skip("it is empty")
    first, last = sounds[0], sounds[-1]
    backwards = kate.sounds.list(limit=25, ending_before=last.id).collect(3)
    assert [sound.id for sound in backwards] == [sound.id for sound in sounds[-4:-1]][::-1]
    assert first.id in [sound.id for sound in kate.sounds.search(query=first.title)]
    tags = [tag.name for tag in kate.sounds.list_tags(limit=30)]
    backwards = [tag.name for tag in kate.sounds.list_tags(limit=30, ending_before=tags[-1])]
    assert backwards == tags[:-1][::-1]
    assert next(iter(kate.sounds.list_similar(first.id))).similarity <= 1
    got = kate.sounds.get(first.id)
    assert {**got, "preview_url": None} == {**first, "preview_url": None}
    assert kate.sounds.download(first.id).url.startswith("http")
    playlist = kate.playlists.list().data[0]
    full = kate.playlists.get(playlist.id, limit=1)
    assert full.name == playlist.name
    assert len(list(kate.playlists.get(playlist.id, limit=5))) == playlist.sound_count
    assert playlist.id in [found.id for found in kate.playlists.search(query=playlist.name)]
    assert list(kate.themes.list(limit=3))


def test_zz_each_operation_has_been_called():
    """The last one of all."""
    assert missed([value for value in vars(operations).values() if isinstance(value, Operation)]) == []
