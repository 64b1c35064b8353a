<?php

// Prints how many bytes of memory it takes to upload a file of so many bytes, to download it, and to read it.

declare(strict_types=1);

use Protocol\ApiClient;

require dirname(__DIR__) . '/bootstrap.php';

$size = (int) $argv[1];
$listener = stream_socket_server('tcp://127.0.0.1:0');
$url = 'http://' . stream_socket_get_name($listener, false);

// Reads a request, and nothing of its body.
$head = function (mixed $socket): string {
    $head = '';
    while (!str_contains($head, "\r\n\r\n") && ($line = fgets($socket)) !== false) {
        $head .= $line;
    }
    return $head;
};

$answer = function (mixed $socket, array $json): void {
    $text = json_encode($json);
    fwrite($socket, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: " . strlen($text) . "\r\n\r\n$text");
    fclose($socket);
};

$server = pcntl_fork();
if ($server === 0) {
    $about = ['id' => 'a', 'filename' => 'x', 'file_size' => $size, 'file_url' => "$url/file"];
    while ($socket = stream_socket_accept($listener, 60)) {
        preg_match('/^(\w+) (\S+).*?(?:content-length: (\d+)|\r\n\r\n)/is', $head($socket), $found);
        for ($left = (int) ($found[3] ?? 0); $left > 0; $left -= strlen((string) $piece)) {
            $piece = fread($socket, min($left, 65536));
        }
        if ("$found[1] $found[2]" === 'GET /file') {
            fwrite($socket, "HTTP/1.1 200 OK\r\ncontent-length: $size\r\nconnection: close\r\n\r\n");
            for ($left = $size; $left > 0; $left -= 65536) {
                fwrite($socket, str_repeat('x', min($left, 65536)));
            }
            fclose($socket);
            continue;
        }
        $answer($socket, $found[1] === 'POST'
            ? [...$about, 'upload' => ['method' => 'PUT', 'url' => "$url/put", 'headers' => (object) []]]
            : $about);
    }
    exit;
}

$client = new ApiClient('token', ['baseUrl' => $url, 'timeout' => 60]);
$path = tempnam(sys_get_temp_dir(), 'client-');
$file = fopen($path, 'wb');
ftruncate($file, $size);
fclose($file);
$client->attachments->get('a');

$before = memory_get_peak_usage();
$client->attachments->upload($path);
echo memory_get_peak_usage() - $before, "\n";

$before = memory_get_peak_usage();
$client->attachments->open('a')->saveTo($path);
echo memory_get_peak_usage() - $before, "\n";
$isWhole = filesize($path) === $size;
unlink($path);

$before = memory_get_peak_usage();
$isWhole = strlen($client->attachments->open('a')->read()) === $size && $isWhole;
echo memory_get_peak_usage() - $before, "\n";
posix_kill($server, SIGTERM);
pcntl_wait($status);
exit($isWhole ? 0 : 1);
