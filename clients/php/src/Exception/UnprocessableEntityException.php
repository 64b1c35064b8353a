<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** 422: the `Idempotency-Key` was used for another request. */
class UnprocessableEntityException extends ApiException
{
}
