<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A request that sends a file to the storage, once. Its body is the file. It needs no token.
 *
 * @property-read 'PUT'|string $method The method.
 * @property-read string $url The address.
 * @property-read array<string, string> $headers The headers: `content-type`, `content-length` and `if-none-match`,
 *   exactly so. Browsers set `content-length` themselves.
 * @property-read int $expires_at Until when it can be sent.
 */
class Upload extends ApiObject
{
    protected const SHAPES = [
        'headers' => ['map', null],
    ];
}
