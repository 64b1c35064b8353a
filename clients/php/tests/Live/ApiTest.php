<?php

declare(strict_types=1);

namespace Protocol\Tests\Live;

use Protocol\Content;
use Protocol\Exception\AuthenticationException;
use Protocol\Exception\BadRequestException;
use Protocol\Exception\NotFoundException;
use Protocol\Exception\PermissionDeniedException;
use Protocol\Exception\UnprocessableEntityException;
use Protocol\Tests\Support\Contract;
use Protocol\Tests\Support\LiveTestCase;
use Protocol\Types\Person;

final class ApiTest extends LiveTestCase
{
    public function testTheTwoPeople(): void
    {
        $me = self::$kate->me->get();
        self::assertMatchesRegularExpression('/^[0-9A-Za-z]{16}$/', $me->id);
        self::assertNotSame($me->id, self::$kevin->me->get()->id);
        $phone = $me->phone_number;
        self::assertSame($phone, self::$kate->me->update(['phone_number' => $phone])->phone_number);
    }

    public function testListsOfMessagesBothWaysOverSeveralPages(): void
    {
        $messages = self::$kate->messages;
        $here = ['conversation_id' => self::$conversation];
        $sent = [];
        for ($i = 0; $i < 23; $i++) {
            $sent[] = $messages->send([...$here, 'message' => "needle $i"])->id;
        }
        $newestFirst = array_reverse($sent);
        $page = $messages->list($here);
        self::assertSame([array_slice($newestFirst, 0, 10), true], [self::ids($page->data), $page->has_more]);
        $five = [...$here, 'limit' => 5];
        self::assertSame($newestFirst, self::ids($messages->list($five)));
        self::assertSame(array_slice($newestFirst, 0, 12), self::ids($messages->list($five)->collect(12)));
        $after = $messages->list([...$here, 'starting_after' => $sent[20]]);
        self::assertSame(array_slice($newestFirst, 3), self::ids($after));
        $backwards = $messages->list([...$five, 'ending_before' => $sent[0]]);
        self::assertSame(array_slice($sent, 1), self::ids($backwards));
        $sizes = array_map(
            fn ($page) => count($page->data),
            iterator_to_array($messages->list([...$here, 'limit' => 10])->pages()),
        );
        self::assertSame([10, 10, 3], $sizes);
        $search = [...$here, 'query' => 'needle', 'limit' => 4];
        self::assertSame($newestFirst, self::ids($messages->search($search)));
        $backwards = $messages->search([...$search, 'ending_before' => $sent[0]]);
        self::assertSame(array_slice($sent, 1), self::ids($backwards));
        self::assertSame([], $messages->search([...$search, 'query' => 'haystack'])->collect());
    }

    public function testAMessage(): void
    {
        $here = ['conversation_id' => self::$conversation];
        $id = self::$kate->messages->create([...$here, 'message' => 'Merry Christmas 🎄'])->id;
        $message = self::$kevin->messages->get($id);
        self::assertSame('Merry Christmas 🎄', $message->message);
        self::assertInstanceOf(Person::class, $message->contact);
        self::assertSame('Happy', self::$kate->messages->update($id, ['message' => 'Happy'])->message);
        $name = self::$kevin->me->get()->username;
        self::assertSame([['❤️' => [$name]]], self::$kevin->messages->addReaction($id, '❤️')->reactions);
        self::$kevin->messages->removeReaction($id, '❤️');
        $reactions = self::$kevin->messages->update($id, ['reactions' => ['1' => [$name]]])->reactions;
        self::assertSame([['1' => [$name]]], $reactions);
        self::assertSame([], self::$kevin->messages->update($id, ['reactions' => []])->reactions);
        $read = self::$kevin->conversations->markRead(self::$conversation, ['message_id' => $id]);
        self::assertSame(0, $read->unread_count);
        $pinned = self::$kate->conversations->update(self::$conversation, ['pinned_message_id' => $id]);
        self::assertSame($id, $pinned->pinned_message_id);
        $error = $this->refused('not_allowed', fn () => self::$kevin->messages->update($id, ['message' => 'Mine']));
        self::assertInstanceOf(PermissionDeniedException::class, $error);
        self::$kate->messages->delete($id);
        $error = $this->refused('resource_missing', fn () => self::$kate->messages->get($id));
        self::assertInstanceOf(NotFoundException::class, $error);
    }

    public function testConversations(): void
    {
        $id = self::$conversation;
        $conversations = self::$kate->conversations;
        self::assertSame(self::$group->id, $conversations->get($id)->group_id);
        self::assertSame([$id], self::ids($conversations->list(['group_id' => self::$group->id])));
        self::assertTrue($conversations->update($id, ['is_muted' => true, 'archived_at' => 1700000000])->is_muted);
        self::assertNull($conversations->update($id, ['archived_at' => null])->archived_at);
        self::assertContains($id, self::ids($conversations->list(['muted' => true, 'limit' => 1])));
    }

    public function testContactsAndTheirConversation(): void
    {
        $contacts = self::$kate->contacts;
        $given = ['username' => uniqid('client-'), 'phone_number' => '+1 202 555 0199'];
        $created = $contacts->create($given);
        self::assertSame(201, $created->getResponse()->status);
        self::assertSame(200, $contacts->create($given)->getResponse()->status);
        $other = [...$given, 'phone_number' => '+1 202 555 0188'];
        $this->refused('username_taken', fn () => $contacts->create($other));
        self::assertSame('Buzz', $contacts->update($created->id, ['display_name' => 'Buzz'])->display_name);
        $contact = $contacts->get($created->id);
        self::assertContains($contact->id, self::ids($contacts->list(['limit' => 1])));
        self::$kate->conversations->delete($contact->conversation_id);
        self::assertNull($contacts->get($contact->id)->conversation_id);
        $new = self::$kate->conversations->create(['contact_id' => $contact->id]);
        self::assertNotSame($contact->conversation_id, $new->id);
        $contacts->delete($contact->id);
        $this->refused('resource_missing', fn () => $contacts->get($contact->id));
    }

    public function testGroups(): void
    {
        $group = self::newGroup();
        $groups = self::$kevin->groups;
        $params = ['description' => 'Of a test', 'contacts' => $group->contacts];
        $changed = self::$kate->groups->update($group->id, $params);
        self::assertSame('Of a test', $changed->description);
        self::assertCount(2, $groups->get($group->id)->contacts);
        self::assertContains($group->id, self::ids($groups->list(['limit' => 1])));
        $groups->leave($group->id);
        $this->refused('resource_missing', fn () => $groups->get($group->id));
        self::$kate->groups->delete($group->id);
    }

    public function testAKeyDoesNothingTwice(): void
    {
        $options = ['idempotencyKey' => uniqid('client-')];
        $send = fn (string $text) => self::$kate->messages->send(
            ['conversation_id' => self::$conversation, 'message' => $text],
            $options,
        );
        $first = $send('once');
        $second = $send('once');
        self::assertSame($first->id, $second->id);
        self::assertSame('true', $second->getResponse()->headers->get('idempotent-replayed'));
        $error = $this->refused('idempotency_key_reused', fn () => $send('twice'));
        self::assertInstanceOf(UnprocessableEntityException::class, $error);
    }

    public function testFilesSmallAndLarge(): void
    {
        foreach ([['Café "1".txt', 1000], ['large.bin', 5 * 1024 * 1024]] as [$name, $size]) {
            $path = self::newFile($name, $size);
            $bytes = file_get_contents($path);
            $pipe = popen('cat ' . escapeshellarg($path), 'r');
            foreach ([$path, Content::fromString($bytes), fopen($path, 'rb'), $pipe] as $source) {
                $params = ['filename' => $name, 'file_size' => $size];
                $uploaded = self::$kate->attachments->upload($source, $params);
                self::assertSame([$name, $size], [$uploaded->filename, $uploaded->file_size]);
                self::assertFalse(isset($uploaded->upload));
                self::assertTrue(self::$kate->attachments->open($uploaded->id)->read() === $bytes);
                $saved = self::$folder . '/saved';
                self::$kate->attachments->open($uploaded->id)->saveTo($saved);
                self::assertFileEquals($path, $saved);
                self::$kate->attachments->delete($uploaded->id);
            }
        }
    }

    public function testALargeFileIsStoredOnce(): void
    {
        $bytes = str_repeat('x', 5 * 1024 * 1024);
        $options = ['idempotencyKey' => uniqid('client-')];
        $about = ['filename' => 'a.bin', 'file_type' => 'application/octet-stream', 'file_size' => strlen($bytes)];
        $announced = self::$kate->attachments->create($about, $options);
        self::assertSame([200, 412], [self::put($announced->upload, $bytes), self::put($announced->upload, $bytes)]);
        $content = Content::fromString($bytes);
        $uploaded = self::$kate->attachments->upload($content, ['filename' => 'a.bin'], $options);
        self::assertSame($announced->id, $uploaded->id);
        self::$kate->attachments->delete($uploaded->id);
    }

    public function testAnAttachmentThatIsSent(): void
    {
        $here = ['conversation_id' => self::$conversation];
        $id = self::$kate->attachments->upload(Content::fromString('hello'), ['filename' => 'a.txt'])->id;
        $message = self::$kate->messages->send([...$here, 'message' => 'see', 'attachments' => [$id]]);
        self::assertCount(1, $message->attachments);
        self::assertSame('b.txt', self::$kate->attachments->update($id, ['filename' => 'b.txt'])->filename);
        $opened = self::$kevin->attachments->open($id);
        self::assertSame(['b.txt', 5, 'hello'], [$opened->filename, $opened->file_size, $opened->read()]);
        self::assertSame([$id], self::ids(self::$kevin->attachments->list($here)));
        self::assertSame($message->id, self::$kevin->attachments->get($id)->message_id);
    }

    public function testTheCatalogue(): void
    {
        $api = self::$kate->sounds;
        $sounds = $api->list(['limit' => 25])->collect();
        [$first] = $sounds;
        $last = end($sounds)->id;
        $backwards = $api->list(['limit' => 25, 'ending_before' => $last])->collect(3);
        self::assertSame(self::ids(array_reverse(array_slice($sounds, -4, 3))), self::ids($backwards));
        self::assertContains($first->id, self::ids($api->search(['query' => $first->title])));
        $tags = array_column($api->listTags(['limit' => 30])->collect(), 'name');
        $backwards = $api->listTags(['limit' => 30, 'ending_before' => end($tags)])->collect();
        self::assertSame(array_reverse(array_slice($tags, 0, -1)), array_column($backwards, 'name'));
        self::assertLessThanOrEqual(1, $api->listSimilar($first->id)->data[0]->similarity);
        $known = fn ($sound) => array_diff_key($sound->toArray(), ['preview_url' => 1]);
        self::assertSame($known($first), $known($api->get($first->id)));
        self::assertStringStartsWith('http', $api->download($first->id)->url);
        $playlist = self::$kate->playlists->list()->data[0];
        $full = self::$kate->playlists->get($playlist->id, ['limit' => 5]);
        self::assertSame([$playlist->name, $playlist->sound_count], [$full->name, count($full->collect())]);
        $found = self::$kate->playlists->search(['query' => $playlist->name]);
        self::assertContains($playlist->id, self::ids($found));
        self::assertNotSame([], self::$kate->themes->list(['limit' => 3])->collect());
    }

    public function testASoundAsAFile(): void
    {
        [$sound] = self::$kate->sounds->list(['limit' => 1])->collect(1);
        $opened = self::$kate->sounds->open($sound->id);
        self::assertSame([$sound->file_type, $sound->file_size], [$opened->file_type, $opened->file_size]);
        self::assertStringContainsString('.', $opened->filename);
        $opened->saveTo(self::$folder . "/$opened->filename");
        self::assertSame($sound->file_size, filesize(self::$folder . "/$opened->filename"));
    }

    public function testErrors(): void
    {
        $error = $this->refused('token_invalid', fn () => self::client('ptc_nonsense')->me->get());
        self::assertInstanceOf(AuthenticationException::class, $error);
        self::assertMatchesRegularExpression('/^[0-9a-f-]{36}$/', $error->request_id);
        self::assertSame($error->headers->get('x-request-id'), $error->request_id);
        self::assertMatchesRegularExpression('/^https?:.*token_invalid$/', $error->documentation_url);
        $list = fn (array $params) => fn () => self::$kate->conversations->list($params);
        $error = $this->refused('parameter_invalid', $list(['limit' => 101]));
        self::assertInstanceOf(BadRequestException::class, $error);
        self::assertSame(['invalid_request', 'limit'], [$error->type, $error->param]);
        self::assertSame('mutde', $this->refused('parameter_unknown', $list(['mutde' => true]))->param);
        $this->refused('cursor_invalid', $list(['starting_after' => 'nonsense']));
        $send = fn () => self::$kate->messages->send(['conversation_id' => self::$conversation]);
        self::assertSame('message', $this->refused('parameter_missing', $send)->param);
        $this->refused('resource_missing', fn () => self::$kate->conversations->delete('xgQQXg3hrtjh7AvZ'));
    }

    public function testWhateverAQueryHoldsArrives(): void
    {
        $here = ['conversation_id' => self::$conversation];
        foreach (['a+b & c=d', '100%', '#1 ?', 'ü 東京 🎄', '"two words"'] as $text) {
            self::$kate->messages->send([...$here, 'message' => "so $text it is"]);
            [$found] = self::$kate->messages->search([...$here, 'query' => $text, 'limit' => 1])->collect(1);
            self::assertSame("so $text it is", $found->message);
        }
    }

    /** The last one: it looks at what the others have called. */
    public function testEveryOperationWasCalled(): void
    {
        $missed = [];
        foreach (Contract::operations() as $id => $operation) {
            $path = preg_replace('/\{\w+\}/', '[^/]+', $operation['path']);
            if (preg_grep("#^{$operation['method']} $path$#D", array_keys(self::$called)) === []) {
                $missed[] = $id;
            }
        }
        self::assertSame([], $missed);
    }

    /** Sends a file to the storage without the client. */
    private static function put(object $upload, string $bytes): int
    {
        $curl = curl_init($upload->url);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $upload->method,
            CURLOPT_POSTFIELDS => $bytes,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_HTTPHEADER => array_map(
                fn ($name, $value) => "$name: $value",
                array_keys($upload->headers),
                $upload->headers,
            ),
        ]);
        curl_exec($curl);
        return curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    }
}
