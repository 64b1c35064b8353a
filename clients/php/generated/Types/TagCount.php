<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A tag, and how often it is used.
 *
 * @property-read string $name What it is called.
 * @property-read int $count How many sounds have it.
 */
class TagCount extends ApiObject
{
}
