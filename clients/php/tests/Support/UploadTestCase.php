<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

/** Tests with files that are uploaded. */
abstract class UploadTestCase extends SocketTestCase
{
    protected const SMALL = 4 * 1024 * 1024;
    protected const LARGE = self::SMALL + 1;
    protected const ABOUT = ['id' => 'L1oJgT5cVq2mKxRd', 'filename' => 'x', 'file_size' => 1, 'brand_new' => true];

    protected string $folder;

    protected function setUp(): void
    {
        parent::setUp();
        $this->folder = sys_get_temp_dir() . '/client-' . bin2hex(random_bytes(8));
        mkdir($this->folder);
    }

    protected function tearDown(): void
    {
        array_map('unlink', [...glob("$this->folder/*"), ...glob("$this->folder/.??*")]);
        rmdir($this->folder);
        parent::tearDown();
    }

    /** The content of a large file. */
    public function large(): string
    {
        return substr(str_repeat(implode('', array_map('chr', range(0, 250))), 17000), 0, self::LARGE);
    }

    /** A large file. */
    public function path(): string
    {
        file_put_contents("$this->folder/large.bin", $this->large());
        return "$this->folder/large.bin";
    }

    /** @return resource A large content that cannot be read twice. */
    public function pipe(): mixed
    {
        return popen('cat ' . escapeshellarg($this->path()), 'r');
    }

    protected static function created(): \Closure
    {
        return Answers::json(201, [...self::ABOUT, 'upload' => null]);
    }

    protected function address(): \Closure
    {
        return Answers::upload(self::ABOUT);
    }

    protected static function refusal(int $status, string $code): \Closure
    {
        return Answers::of($status, "<Error><Code>$code</Code><Signature>hidden</Signature></Error>");
    }
}
