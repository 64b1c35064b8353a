# The client for PHP: its style, its package, what it does over a bare socket, and against an API. To be sourced by
# .ci/clients.sh. The tools are the system's: Debian keeps PHP, PHPUnit and the parsers in one release together.
# shellcheck shell=bash

# Whether all files are PHP. One process for all of them, for each start takes longer than its file.
php_lint() {
    find "$1" -name '*.php' -not -path '*/vendor/*' -print0 | xargs -0 -n 40 -P 2 sh -c \
        'for file; do php -l "$file" >/dev/null || exit 255; done' sh
}

php() {
    export COMPOSER_ALLOW_SUPERUSER=1
    local client=clients/php
    quietly "php -l" php_lint "$client"
    quietly "phpcs" phpcs -q --standard=PSR12 --parallel=2 "$client"/{src,generated,tests,autoload.php}
    quietly "composer validate" composer validate --strict --no-interaction "$client/composer.json"
    quietly "phpunit" phpunit --configuration "$client/phpunit.xml" --testsuite socket,package
    quietly "phpunit against the API" phpunit --configuration "$client/phpunit.xml" --testsuite live
    package php "$client"
}
