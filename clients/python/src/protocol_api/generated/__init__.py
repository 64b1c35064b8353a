"""Made from openapi.yaml by codegen: `UPDATE=1 cargo test -p functions --test one_source`."""
