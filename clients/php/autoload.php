<?php

declare(strict_types=1);

// Loads the classes of this client where Composer does not.
spl_autoload_register(static function (string $class): void {
    if (!str_starts_with($class, 'Protocol\\')) {
        return;
    }
    $path = strtr(substr($class, strlen('Protocol\\')), '\\', '/');
    foreach (['src', 'generated'] as $folder) {
        $file = __DIR__ . "/$folder/$path.php";
        if (is_file($file)) {
            require $file;
            return;
        }
    }
});
