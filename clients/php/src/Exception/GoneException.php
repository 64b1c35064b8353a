<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 410: it was there once. */
class GoneException extends ApiException
{
}
