<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiConnectionException;
use Protocol\Exception\NotFoundException;
use Protocol\Exception\UnexpectedAnswerException;
use Protocol\Page;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\SocketTestCase;
use Protocol\Types\Conversation;
use Protocol\Types\PlaylistWithSounds;
use Protocol\Types\Sound;

final class ListsTest extends SocketTestCase
{
    private static function three(): array
    {
        return [
            Answers::page(self::items('f', 'e'), 'cur_1'),
            Answers::page(self::items('d', 'c'), 'cur_2'),
            Answers::page(self::items('b')),
        ];
    }

    public function testAListIsItsFirstPage(): void
    {
        $page = $this->scripted(self::three())->conversations->list(['limit' => 2]);
        self::assertSame(Page::class, $page::class);
        self::assertSame([true, 'cur_1'], [$page->has_more, $page['next_cursor']]);
        self::assertContainsOnlyInstancesOf(Conversation::class, $page->data);
        self::assertSame(['f', 'e'], self::ids($page->data));
        self::assertNotInstanceOf(\Countable::class, $page);
        self::assertCount(1, $this->server->requests);
    }

    public function testAListThatIsIteratedGoesToTheEndByNextCursorAndWithTheSameFilters(): void
    {
        $client = $this->scripted(self::three());
        $list = $client->conversations->list(['limit' => 2, 'muted' => true]);
        self::assertSame(['f', 'e', 'd', 'c', 'b'], self::ids(iterator_to_array($list)));
        self::assertSame([
            'limit=2&muted=true',
            'limit=2&muted=true&starting_after=cur_1',
            'limit=2&muted=true&starting_after=cur_2',
        ], $this->server->queries());
    }

    public function testAListBeginsWhereItIsTold(): void
    {
        $this->scripted(self::three())->conversations->list(['starting_after' => 'g'])->collect();
        $expected = ['starting_after=g', 'starting_after=cur_1', 'starting_after=cur_2'];
        self::assertSame($expected, $this->server->queries());
    }

    public function testNoPageIsAskedForBeforeTheItemsOfTheLastOneHaveBeenTaken(): void
    {
        $seen = [];
        foreach ($this->scripted(self::three())->conversations->list() as $index => $_) {
            $seen[] = [$index, count($this->server->requests)];
        }
        self::assertSame([[0, 1], [1, 1], [2, 2], [3, 2], [4, 3]], $seen);
    }

    public function testWhoStopsReadingAsksForNoMore(): void
    {
        $client = $this->scripted(self::three());
        $list = $client->conversations->list();
        foreach ($list as $item) {
            if ($item->id === 'e') {
                break;
            }
        }
        foreach ($list->pages() as $page) {
            self::assertSame($list, $page);
            break;
        }
        self::assertCount(1, $this->server->requests);
    }

    public function testPages(): void
    {
        $list = $this->scripted(self::three())->conversations->list();
        $pages = array_map(fn ($page) => implode(self::ids($page->data)), iterator_to_array($list->pages()));
        self::assertSame(['fe', 'dc', 'b'], $pages);
    }

    public function testEachPageGoesOnByItself(): void
    {
        $client = $this->scripted([...self::three(), ...array_slice(self::three(), 2)]);
        $pages = iterator_to_array($client->conversations->list()->pages());
        self::assertSame(['d', 'c', 'b'], self::ids($pages[1]));
        self::assertSame(200, $pages[1]->getResponse()->status);
    }

    public function testTheLastPageIsTheLastWhateverItsCursor(): void
    {
        $client = $this->scripted([
            Answers::page(self::items('a'), 'cur_9', false),
            Answers::page(self::items('b'), null, true),
        ]);
        self::assertSame(['a'], self::ids($client->conversations->list()));
        self::assertSame(['b'], self::ids($client->conversations->list()));
        self::assertCount(2, $this->server->requests);
    }

    public function testAnEmptyList(): void
    {
        self::assertSame([], $this->scripted([Answers::page([])])->conversations->list()->collect());
    }

    public function testASearchGoesOnOverShortAndEmptyPages(): void
    {
        $client = $this->scripted([
            Answers::page([], 'cur_1'),
            Answers::page(self::items('a'), 'cur_2'),
            Answers::page([], 'cur_3'),
            Answers::page(self::items('b')),
        ]);
        self::assertSame(['a', 'b'], self::ids($client->messages->search(['query' => 'x'])));
        self::assertSame('query=x&starting_after=cur_3', $this->server->queries()[3]);
    }

    public function testBackwardsByTheFirstItemOfEachPageItemsInTheDirectionOfTravel(): void
    {
        $client = $this->scripted([
            Answers::page(self::items('c', 'b'), 'b', true),
            Answers::page(self::items('e', 'd'), 'd', true),
            Answers::page(self::items('f'), 'f', false),
        ]);
        $list = $client->messages->list(['ending_before' => 'a', 'limit' => 2]);
        self::assertSame(['c', 'b'], self::ids($list->data), 'a page is as the API gives it');
        self::assertSame(['b', 'c', 'd', 'e', 'f'], self::ids($list));
        $expected = ['ending_before=a&limit=2', 'ending_before=c&limit=2', 'ending_before=e&limit=2'];
        self::assertSame($expected, $this->server->queries());
    }

    public function testBackwardsASearchGoesOnOverEmptyPages(): void
    {
        $client = $this->scripted([
            Answers::page([], 'cur_1'),
            Answers::page(self::items('b'), 'cur_2'),
            Answers::page([], null),
        ]);
        self::assertSame(['b'], self::ids($client->messages->search(['query' => 'x', 'ending_before' => 'a'])));
        $expected = ['query=x&ending_before=a', 'query=x&ending_before=cur_1', 'query=x&ending_before=b'];
        self::assertSame($expected, $this->server->queries());
    }

    public function testBackwardsTagsGoByTheirNames(): void
    {
        $tags = Answers::page([['name' => 'rain', 'count' => 2]], 'rain', true);
        $this->scripted([$tags, Answers::page([])])->sounds->listTags(['ending_before' => 'wind'])->collect();
        self::assertSame(['ending_before=wind', 'ending_before=rain'], $this->server->queries());
    }

    public function testBackwardsItemsWithoutANameAreAnErrorRatherThanTheWrongEnd(): void
    {
        foreach ([['contact' => (object) []], null, 5] as $item) {
            $client = $this->scripted([Answers::page([$item], 'a', true)]);
            $list = $client->messages->list(['ending_before' => 'b']);
            $this->thrown(UnexpectedAnswerException::class, fn () => $list->collect());
        }
    }

    public function testCollectTakesAsManyAsItIsToldAndAsksForNoPageBeyond(): void
    {
        $client = $this->scripted([...self::three(), ...self::three()]);
        $list = $client->conversations->list();
        self::assertSame(['f', 'e', 'd'], self::ids($list->collect(3)));
        self::assertSame([], $list->collect(0));
        self::assertCount(2, $this->server->requests);
        self::assertCount(5, $this->scripted(self::three())->conversations->list()->collect(100));
        $this->thrown(ApiClientException::class, fn () => $list->collect(-1));
    }

    public function testAPageThatFailsIsTriedAgainAndThenThrownWhereItIsRead(): void
    {
        [$first, $second] = self::three();
        $client = $this->scripted([$first, Answers::of(503), $second, Answers::error(404, 'resource_missing')]);
        $seen = [];
        $this->thrown(NotFoundException::class, function () use ($client, &$seen): void {
            foreach ($client->conversations->list() as $item) {
                $seen[] = $item->id;
            }
        });
        self::assertSame(['f', 'e', 'd', 'c'], $seen);
    }

    public function testAListWithMoreAttributesThanAPageHas(): void
    {
        $page = fn ($data, $cursor) => Answers::json(200, [
            'name' => 'Calm',
            'has_more' => $cursor !== null,
            'data' => $data,
            'next_cursor' => $cursor,
        ]);
        $client = $this->scripted([$page(self::items('b'), 'b'), $page(self::items('a'), null)]);
        $playlist = $client->playlists->get('L1rXcGu2Qa6NzRwe', ['limit' => 1]);
        self::assertSame([PlaylistWithSounds::class, 'Calm'], [$playlist::class, $playlist->name]);
        self::assertContainsOnlyInstancesOf(Sound::class, $playlist);
        self::assertSame('/v1/playlists/L1rXcGu2Qa6NzRwe?limit=1&starting_after=b', $this->server->requests[1]->path);
    }

    public function testTheOptionsOfAListAreThoseOfEachPage(): void
    {
        $client = $this->scripted([Answers::page(self::items('a'), 'a'), Answers::halfBody(), Answers::page([])]);
        $list = $client->conversations->list([], ['maxRetries' => 0]);
        $this->thrown(ApiConnectionException::class, fn () => $list->collect());
        self::assertCount(2, $this->server->requests);
    }

    /** @dataProvider endless */
    public function testAListThatDoesNotGoOnIsAnError(\Closure $given, array $params): void
    {
        $client = $this->scripted(array_fill(0, 9, $given));
        $call = fn () => $client->messages->list($params)->collect();
        $error = $this->thrown(UnexpectedAnswerException::class, $call);
        self::assertSame([200, 'req'], [$error->status, $error->request_id]);
        self::assertStringStartsWith('listMessages: the list does not go on', $error->message);
        self::assertLessThanOrEqual(2, count($this->server->requests));
    }

    public function endless(): array
    {
        return [
            'forwards' => [Answers::page(self::items('b'), 'cur_1'), ['starting_after' => 'cur_1']],
            'forwards, from the second page on' => [Answers::page(self::items('b'), 'cur_1'), []],
            'backwards' => [Answers::page(self::items('b'), 'b'), ['ending_before' => 'b']],
            'backwards, over empty pages' => [Answers::page([], 'cur_1'), ['ending_before' => 'a']],
        ];
    }

    public function testAListThatIsAnsweredWithSomethingElseIsAnError(): void
    {
        $wrong = [null, [], ['message' => 'x'], ['has_more' => true, 'data' => (object) [], 'next_cursor' => 'a']];
        foreach ([Answers::of(204), ...array_map(fn ($body) => Answers::json(200, $body), $wrong)] as $given) {
            $client = $this->scripted([$given]);
            $this->thrown(UnexpectedAnswerException::class, fn () => $client->messages->list());
        }
    }

    public function testACloneGoesOnAsThePageDoes(): void
    {
        $clone = clone $this->scripted(self::three())->conversations->list();
        self::assertSame(200, $clone->getResponse()->status);
        self::assertSame(['f', 'e', 'd', 'c', 'b'], self::ids($clone));
    }

    public function testTheLastPageEndsAfterItWasSerialized(): void
    {
        $page = $this->scripted([Answers::page(self::items('a'))])->conversations->list();
        self::assertSame(['a'], self::ids(unserialize(serialize($page))));
    }

    public function testACopyOfAPageIsThatPageOnly(): void
    {
        $page = $this->scripted(self::three())->conversations->list();
        $copy = unserialize(serialize($page));
        self::assertEquals($page, $copy);
        self::assertSame(['f', 'e'], self::ids($copy->data));
        $this->thrown(ApiClientException::class, fn () => $copy->collect());
    }
}
