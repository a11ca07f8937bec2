package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testing.Cluster;
import io.meridian.testing.RunningRegion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the page's files are served. */
@ExtendWith(RunningRegion.class)
class PageIT {
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void thePageIsServedSoThatItCanDoNothingButItsOwn(Cluster cluster) throws Exception {
        HttpResponse<String> page = call(cluster, "GET", "/", null);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-type")).startsWith("text/html");
        assertThat(header(page, "content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        assertThat(header(page, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(page, "referrer-policy")).isEqualTo("no-referrer");
        assertThat(page.body()).doesNotContain("http://").doesNotContain("https://");
    }

    @Test
    void filesAreKeptByBrowsersAndAskedForAgain(Cluster cluster) throws Exception {
        HttpResponse<String> module = call(cluster, "GET", "/meridian-client.js", null);
        assertThat(module.statusCode()).isEqualTo(200);
        assertThat(header(module, "content-type")).startsWith("text/javascript");
        assertThat(header(module, "cache-control")).isEqualTo("no-cache");
        HttpResponse<String> again = call(cluster, "GET", "/meridian-client.js", header(module, "last-modified"));
        assertThat(again.statusCode()).isEqualTo(304);
    }

    @Test
    void whatIsNoFileOfThePageIsAProblemAsEverywhere(Cluster cluster) throws Exception {
        for (String path :
                new String[] {"/package.json", "/client/nothing.js", "/client/", "/page/..%2fpackage.json"}) {
            HttpResponse<String> missing = call(cluster, "GET", path, null);
            assertThat(missing.statusCode()).as(path).isEqualTo(404);
            assertThat(header(missing, "content-type")).as(path).isEqualTo("application/problem+json");
        }
        HttpResponse<String> posted = call(cluster, "POST", "/style.css", null);
        assertThat(posted.statusCode()).isEqualTo(405);
        assertThat(header(posted, "allow")).isEqualTo("GET, HEAD");
    }

    private HttpResponse<String> call(Cluster cluster, String method, String path, String modifiedSince)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(cluster.urls().get(0) + path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (modifiedSince != null) {
            request.header("If-Modified-Since", modifiedSince);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
