<?php

declare(strict_types=1);

namespace Protocol\Core;

/** What the API has operations on. */
abstract class Resource
{
    /** @internal */
    public function __construct(protected readonly Core $core)
    {
    }
}
