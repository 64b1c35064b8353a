<?php

declare(strict_types=1);

require dirname(__DIR__) . '/autoload.php';

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . strtr(substr($class, strlen('Protocol\\Tests')), '\\', '/') . '.php';
    if (str_starts_with($class, 'Protocol\\Tests\\') && is_file($file)) {
        require $file;
    }
});

// As in production, where somebody wants to see the arguments in traces.
ini_set('zend.exception_ignore_args', '0');
foreach (['http_proxy', 'https_proxy', 'all_proxy', 'HTTPS_PROXY', 'ALL_PROXY'] as $proxy) {
    putenv($proxy);
}
