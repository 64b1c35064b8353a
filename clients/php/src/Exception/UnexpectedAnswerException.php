<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** A success without what belongs to it, or a redirection, which is not followed: not an answer of the API. */
class UnexpectedAnswerException extends ApiException
{
}
