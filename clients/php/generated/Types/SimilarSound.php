<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

/**
 * A sound that is like another one.
 *
 * @property-read int|float $similarity How much it is like the other one, from 0 to 1, which is the same.
 */
class SimilarSound extends Sound
{
}
