<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\ApiObject;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\SocketTestCase;
use Protocol\Types\Attachment;
use Protocol\Types\Message;
use Protocol\Types\Person;

final class ResultsTest extends SocketTestCase
{
    private const JSON = '{"id":"m","contact":{"id":"p","avatar_url":null},"message":"ü/",'
        . '"reactions":[{"1":["kate"]},{}],'
        . '"attachments":[{"id":"a"}],"ratio":1.0,"big":12345678901,"empty":{},"none":[],"deep":[{"x":{}}]}';

    private static function message(): Message
    {
        return Message::of(json_decode(self::JSON));
    }

    public function testAttributesHaveTheirClasses(): void
    {
        $message = $this->scripted([Answers::of(200, self::JSON)])->messages->get('m');
        self::assertInstanceOf(Message::class, $message);
        self::assertInstanceOf(Person::class, $message->contact);
        self::assertSame($message->contact, $message['contact']);
        self::assertContainsOnlyInstancesOf(Attachment::class, $message->attachments);
        self::assertSame([[1 => ['kate']], []], $message->reactions);
        self::assertInstanceOf(ApiObject::class, $message->empty);
        self::assertSame([], $message->none);
        self::assertSame(200, $message->getResponse()->status);
        self::assertNull($message->contact->getResponse());
    }

    public function testWhatIsThere(): void
    {
        $contact = self::message()->contact;
        self::assertTrue(isset($contact->id, $contact['id']));
        self::assertFalse(isset($contact->avatar_url) || isset($contact['avatar_url']) || isset($contact->nothing));
        self::assertNull($contact->avatar_url);
        self::assertSame('default', $contact->nothing ?? 'default');
        $this->thrown(\PHPUnit\Framework\Error\Warning::class, fn () => $contact->nothing);
        $this->thrown(\PHPUnit\Framework\Error\Warning::class, fn () => $contact['nothing']);
    }

    public function testNothingCanBeChanged(): void
    {
        $message = self::message();
        foreach (
            [
                fn () => $message->id = 'x',
                fn () => $message['id'] = 'x',
                fn () => $message->is_new = true,
                fn () => $message[] = 5,
                fn () => $message->__unserialize(['id' => 'x']),
                function () use ($message): void {
                    unset($message->id);
                },
                function () use ($message): void {
                    unset($message['id']);
                },
            ] as $change
        ) {
            $this->thrown(\Error::class, $change);
        }
        self::assertEquals(self::message(), $message);
    }

    public function testJsonIsWhatItWas(): void
    {
        $flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;
        self::assertSame(self::JSON, json_encode(self::message(), $flags));
        self::assertSame(json_encode(json_decode(self::JSON), $flags | JSON_PRETTY_PRINT), (string) self::message());
        self::assertSame('{}', (string) ApiObject::of((object) []));
        self::assertSame(json_decode(self::JSON, true), self::message()->toArray());
    }

    public function testCopiesAndDumps(): void
    {
        $message = self::message();
        foreach ([clone $message, unserialize(serialize($message))] as $copy) {
            self::assertEquals($message, $copy);
            self::assertSame((string) $message, (string) $copy);
        }
        self::assertEquals($message, eval('return ' . var_export($message, true) . ';'));
        self::assertStringContainsString('[message] => ü/', print_r($message, true));
        ob_start();
        var_dump($message);
        self::assertStringContainsString("[\"message\"]=>\n  string(3) \"ü/\"", (string) ob_get_clean());
    }

    public function testTwoAnswersThatSayTheSameAreEqual(): void
    {
        $client = $this->scripted([
            Answers::json(200, ['id' => 'a'], ['x-request-id' => '1']),
            Answers::json(200, ['id' => 'a'], ['x-request-id' => '2']),
        ]);
        [$one, $other] = [$client->me->get(), $client->me->get()];
        self::assertTrue($one == $other && $one !== $other);
        self::assertSame(['1', '2'], [$one->getResponse()->request_id, $other->getResponse()->request_id]);
    }

    public function testACopyHasItsAnswerUnlessItWasSerialized(): void
    {
        $person = $this->scripted([self::fine()])->me->get();
        self::assertSame('req', (clone $person)->getResponse()->request_id);
        self::assertNull(unserialize(serialize($person))->getResponse());
    }

    public function testItsAttributesOneAfterTheOther(): void
    {
        $person = Person::of((object) ['id' => 'p', 'avatar_url' => null]);
        self::assertSame(['id' => 'p', 'avatar_url' => null], iterator_to_array($person));
        self::assertSame(['id' => 'p', 'avatar_url' => null], [...$person]);
    }

    public function testNamesThatTheClassesUseThemselves(): void
    {
        $object = ApiObject::of((object) ['attributes' => 1, 'origin' => 2, '1' => 3, 'a-b' => 4, '' => 5]);
        self::assertSame([1, 2, 3, 4], [$object->attributes, $object->origin, $object['1'], $object->{'a-b'}]);
        self::assertSame('{"attributes":1,"origin":2,"1":3,"a-b":4,"":5}', json_encode($object));
    }
}
