<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A link to the original file of a sound.
 *
 * @property-read string $url The link. Whoever has it can download the file, without a token.
 * @property-read int $expires_at Until when it is valid: an hour from the answer.
 */
class Download extends ApiObject
{
}
