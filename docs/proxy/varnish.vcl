vcl 4.1;

# Varnish between the proxy that ends TLS and the registry:
#   varnishd -f /etc/varnish/registry.vcl -a 127.0.0.1:6081 -p http_gzip_support=off -s malloc,512m
#
# It keeps replies, and gives none out without asking the registry whether it still holds: that
# costs a hundredth of making it, and what was withdrawn is gone at once. `http_gzip_support=off`
# leaves it to the registry, which has brotli as well, in which bytes a reply is sent.

backend registry {
    .host = "127.0.0.1";
    .port = "8000";
}

sub vcl_recv {
    # Staff, and whoever else comes with a cookie or a key, get nothing that is kept.
    if (req.http.Cookie || req.http.Authorization) {
        return (pass);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # Nobody waits until another one has been answered: each reply is asked for anyway.
    set req.hash_ignore_busy = true;
    return (hash);
}

sub vcl_hash {
    # Absolute addresses in a reply begin with http or https.
    hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_backend_response {
    if (beresp.http.ETag && beresp.http.Cache-Control ~ "public" && !beresp.http.Set-Cookie) {
        set beresp.ttl = 1ms / 1000;  # with 0 it would be kept and never looked for
        set beresp.grace = 0s;
        set beresp.keep = 30d;  # to be asked for by its tag
    } else {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
    return (deliver);
}

sub vcl_deliver {
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    unset resp.http.X-Accel-Expires;
    unset resp.http.Age;
}
