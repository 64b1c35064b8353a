<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\ApiObject;
use Protocol\Core\Call;
use Protocol\Core\Operation;
use Protocol\Core\Query;
use Protocol\Exception\ApiClientException;
use Protocol\Operations;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\SocketTestCase;

/** What parameters become in queries and bodies. */
final class ParamsTest extends SocketTestCase
{
    private const REACTIONS = Operations::UPDATE_MESSAGE;

    private static function body(array $operation, array $params): ?string
    {
        return Call::of(new Operation(...$operation), ['x'], $params)->body;
    }

    public function testListsAndMapsAreWhatTheyAreEvenWhenEmpty(): void
    {
        foreach (
            [
                [[], '[]'],
                [[[]], '[{}]'],
                [['heart' => []], '{"heart":[]}'],
                [[['heart' => ['kate']]], '[{"heart":["kate"]}]'],
                [[['1' => ['kate']]], '[{"1":["kate"]}]'],
                [['1' => ['kate']], '{"1":["kate"]}'],
                [['0' => ['kate']], '{"0":["kate"]}'],
                [[['0' => ['kate']]], '[{"0":["kate"]}]'],
                [null, 'null'],
            ] as [$reactions, $json]
        ) {
            self::assertSame("{\"reactions\":$json}", self::body(self::REACTIONS, ['reactions' => $reactions]));
        }
        $own = ['id' => 'x', 'method' => 'PUT', 'path' => '/{id}', 'body' => ['metadata' => ['map', null]]];
        self::assertSame('{"metadata":{}}', self::body($own, ['metadata' => []]));
        self::assertSame('{"metadata":{"0":"a"}}', self::body($own, ['metadata' => ['a']]));
    }

    public function testWhatWasFilteredIsStillAList(): void
    {
        $contacts = array_filter(['a', '', 'b']);
        self::assertSame('{"contacts":["a","b"]}', self::body(Operations::UPDATE_GROUP, ['contacts' => $contacts]));
    }

    public function testValuesKeepTheirTypes(): void
    {
        $params = ['a' => 1.0, 'b' => 1, 'c' => '1', 'd' => 0.1, 'e' => true, 'f' => null, 'g' => 'ü/🎄', 'h' => []];
        $params['i'] = (object) [];
        $expected = '{"a":1.0,"b":1,"c":"1","d":0.1,"e":true,"f":null,"g":"ü/🎄","h":[],"i":{}}';
        self::assertSame($expected, self::body(Operations::UPDATE_ME, $params));
    }

    public function testWhatWasReadCanBeSentBack(): void
    {
        $json = '{"id":"x","metadata":{},"list":[],"similarity":1.0,"nested":{"a":[{}]}}';
        $contact = ApiObject::of(json_decode($json));
        $body = self::body(Operations::UPDATE_GROUP, ['contacts' => [$contact]]);
        self::assertSame("{\"contacts\":[$json]}", $body);
    }

    /** @dataProvider wrong */
    public function testWhatIsWrongInACallIsAnErrorOfTheClient(\Closure $call): void
    {
        $client = $this->scripted([]);
        $error = $this->thrown(ApiClientException::class, fn () => $call($client));
        self::assertSame(ApiClientException::class, $error::class);
        self::assertIsString(json_encode($error, JSON_THROW_ON_ERROR));
        self::assertSame([], $this->server->requests);
    }

    public function wrong(): array
    {
        $endless = [];
        $endless['x'] = &$endless;
        return [
            'no number' => [fn ($client) => $client->conversations->update('x', ['archived_at' => NAN])],
            'no number within' => [fn ($client) => $client->conversations->update('x', ['a' => ['b' => [INF]]])],
            'no UTF-8' => [fn ($client) => $client->groups->create(['name' => "\xff"])],
            'no UTF-8 in a name' => [fn ($client) => $client->groups->create(["\xff" => 1])],
            'no UTF-8 in a name within' => [fn ($client) => $client->groups->create(['a' => ["\xff" => 1]])],
            'a circle' => [fn ($client) => $client->groups->create(['name' => $endless])],
            'a date' => [fn ($client) => $client->conversations->update('x', ['archived_at' => new \DateTime()])],
            'a resource' => [fn ($client) => $client->groups->create(['name' => STDIN])],
            'a function' => [fn ($client) => $client->groups->create(['name' => fn () => 1])],
            'no number in a query' => [fn ($client) => $client->conversations->list(['limit' => NAN])],
            'a circle in a query' => [fn ($client) => $client->conversations->list($endless)],
            'a date in a query' => [fn ($client) => $client->messages->search(['after' => new \DateTime()])],
            'no UTF-8 in a query' => [fn ($client) => $client->messages->search(['query' => "\xff"])],
            'parameters without names' => [fn ($client) => $client->conversations->create(['x'])],
            'no name of an option' => [fn ($client) => $client->conversations->get('x', [5])],
            'no parameters of a file' => [fn ($client) => $client->attachments->upload(__FILE__, ['name' => 'x'])],
        ];
    }

    public function testAServerReadsWhatWasWrittenWhicheverWayItReadsAPlus(): void
    {
        for ($seed = 0; $seed < 500; $seed++) {
            mt_srand($seed);
            $params = self::params();
            $expected = [];
            foreach ($params as $name => $value) {
                foreach (is_array($value) ? $value : [$value] as $item) {
                    $expected[] = [is_array($value) ? "{$name}[]" : $name, self::shown($item)];
                }
            }
            $query = Query::of($params);
            $pieces = $query === '' ? [] : explode('&', substr($query, 1));
            foreach (['urldecode', 'rawurldecode'] as $decode) {
                $read = array_map(fn (string $piece) => array_map($decode, explode('=', $piece)), $pieces);
                self::assertSame($expected, $read, "seed $seed");
            }
            self::assertMatchesRegularExpression('/^(\?[\x21-\x7e]+)?$/D', $query, "seed $seed");
        }
    }

    public function testWhatIsSplitComesTogetherAgain(): void
    {
        for ($seed = 0; $seed < 200; $seed++) {
            mt_srand($seed);
            $params = self::params();
            $query = array_keys(array_filter($params, fn () => mt_rand(0, 1) === 1));
            foreach (['GET', 'POST', 'PUT', 'DELETE'] as $method) {
                $body = Call::inBody(new Operation('x', $method, '/', $query), $params);
                $hasBody = $method === 'POST' || $method === 'PUT';
                $expected = $hasBody ? array_diff_key($params, array_flip($query)) : [];
                self::assertSame($expected, $body, "seed $seed");
            }
        }
    }

    public function testListsAndMapsInAQuery(): void
    {
        self::assertSame('', Query::of([]));
        self::assertSame('', Query::of(['b' => []]));
        $params = ['expand' => ['contact', 'group'], 'limit' => 5, 'ok' => false, 'none' => null, 'half' => 0.5];
        $query = Query::of($params);
        self::assertSame('?expand%5B%5D=contact&expand%5B%5D=group&limit=5&ok=false&none=&half=0.5', $query);
        self::assertSame('?m%5Bkind%5D=a%20b&m%5Bx.y%5D=', Query::of(['m' => ['kind' => 'a b', 'x.y' => null]]));
        $filtered = array_filter(['a', '', 'b']);
        self::assertSame('?x%5B%5D=a&x%5B%5D=b', Query::of(['x' => $filtered]));
    }

    private static function params(): array
    {
        $letters = mb_str_split("abc019 +&=%#?/[]\"'\\;:,.~!*()-_\n\0ä東🎄");
        $text = fn () => implode('', array_map(fn () => $letters[array_rand($letters)], range(0, mt_rand(0, 7))));
        $scalar = fn () => [$text, fn () => mt_rand(), fn () => mt_rand(0, 1) === 1, fn () => null][mt_rand(0, 3)]();
        $params = [];
        for ($i = mt_rand(0, 4); $i > 0; $i--) {
            $name = 'abcdefgh'[mt_rand(0, 7)] . substr('_id', 0, mt_rand(0, 3));
            $params[$name] = mt_rand(0, 9) < 7 ? $scalar() : array_map($scalar, range(0, mt_rand(0, 3)));
        }
        return $params;
    }

    private static function shown(mixed $value): string
    {
        return is_bool($value) ? ($value ? 'true' : 'false') : (string) $value;
    }
}
