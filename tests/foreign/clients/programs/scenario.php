<?php
// From nothing to a number that sends, as the vendor's documentation tells it, by PHP's own streams.
function call($step, $method, $path, $body = null, $got = null, $secret = null) {
    $secret = $secret ?? getenv("FR_SECRET_KEY");
    $headers = ["Authorization: Basic " . base64_encode(getenv("FR_ACCESS_KEY") . ":" . $secret)];
    $content = "";
    if ($body !== null) {
        $headers[] = "Content-Type: application/vnd.api+json";
        $content = json_encode($body);
    }
    $context = stream_context_create(["http" => [
        "method" => $method, "header" => $headers, "content" => $content, "ignore_errors" => true,
    ]]);
    $text = file_get_contents(getenv("FR_BASE_URL") . $path, false, $context);
    $status = (int) explode(" ", $http_response_header[0])[1];
    $json = $text === "" ? null : json_decode($text, true);
    echo json_encode(["step" => $step, "status" => $status, "got" => $got ? $got($json) : null]) . "\n";
    return $json;
}

$found = call("search", "GET", "/v2/numbers/available?starts_with=206&limit=1", null, fn($b) => count($b["data"]));
$number = $found["data"][0]["id"];
call("buy", "POST", "/v2/numbers/$number", null, fn($b) => $b["data"]["id"] === $number);
call("alias", "PATCH", "/v2/numbers/$number", ["type" => "number", "alias" => "Desk"], fn($b) => $b["data"]["attributes"]["alias"]);
$route = call("route", "POST", "/v2/routes", ["data" => ["type" => "route", "attributes" => [
    "alias" => "php", "route_type" => "host", "value" => "pbx.example.com",
]]], fn($b) => $b["data"]["attributes"]["value"]);
call("primary", "PATCH", "/v2/numbers/$number/relationships/primary_route", ["data" => ["type" => "route", "id" => $route["data"]["id"]]]);
$address = call("address", "POST", "/v2/e911s", ["data" => ["type" => "e911", "attributes" => [
    "label" => "php", "first_name" => "Janet", "last_name" => "Doe", "street_number" => "3910",
    "street_name" => "N Vassault", "address_type" => "SUITE", "address_type_number" => "A-1", "city" => "Tacoma",
    "state" => "WA", "country" => "US", "zip" => "98407",
]]], fn($b) => $b["data"]["attributes"]["address_type"]);
call("associate", "PATCH", "/v2/numbers/$number/relationships/e911s/{$address["data"]["id"]}");
call("name", "POST", "/v2/cnams", ["value" => "Desk"], fn($b) => $b["data"]["attributes"]["value"]);
$sent = call("send", "POST", "/v2.1/messages", ["from" => $number, "to" => "12065550123", "body" => "Grüße 😀"],
    fn($b) => substr($b["data"]["id"], 0, 5));
call("lookup", "GET", "/v2.1/messages/{$sent["data"]["id"]}", null, fn($b) => $b["data"]["attributes"]["body"]);
call("messages", "GET", "/v2.1/messages?start_date=2020-01-01T00:00:00Z&limit=1", null, fn($b) => count($b["data"]));
call("wrong keys", "GET", "/v2/numbers", null, fn($b) => $b["errors"][0]["title"], "wrong");
call("unassociate", "DELETE", "/v2/numbers/$number/relationships/e911s/");
call("release", "DELETE", "/v2/numbers/$number");
