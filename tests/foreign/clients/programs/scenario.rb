# From nothing to a number that sends, as the vendor's documentation tells it, by Ruby's own Net::HTTP. Net::HTTP labels
# any body as a form, as the vendor's Ruby SDK does.
require "json"
require "net/http"

BASE = URI(ENV.fetch("FR_BASE_URL"))
KINDS = { "GET" => Net::HTTP::Get, "POST" => Net::HTTP::Post, "PATCH" => Net::HTTP::Patch, "DELETE" => Net::HTTP::Delete }
$http = Net::HTTP.start(BASE.host, BASE.port)

def call(step, method, path, body = nil, secret = ENV.fetch("FR_SECRET_KEY"))
  request = KINDS.fetch(method).new(path)
  request.basic_auth(ENV.fetch("FR_ACCESS_KEY"), secret)
  if body.is_a?(Hash) && body.key?(:form)
    request.set_form_data(body[:form])
  elsif body
    request.body = JSON.generate(body)
    request["content-type"] = "application/x-www-form-urlencoded"
  end
  answer = $http.request(request)
  json = answer.body.to_s.empty? ? nil : JSON.parse(answer.body)
  puts JSON.generate(step: step, status: answer.code.to_i, got: block_given? ? yield(json) : nil)
  json
end

found = call("search", "GET", "/v2/numbers/available?starts_with=206&limit=1") { |b| b["data"].length }
number = found["data"][0]["id"]
call("buy", "POST", "/v2/numbers/#{number}") { |b| b["data"]["id"] == number }
call("alias", "PATCH", "/v2/numbers/#{number}", { type: "number", alias: "Desk" }) { |b| b["data"]["attributes"]["alias"] }
route = call("route", "POST", "/v2/routes", {
  data: { type: "route", attributes: { alias: "ruby", route_type: "host", value: "pbx.example.com" } },
}) { |b| b["data"]["attributes"]["value"] }
call("primary", "PATCH", "/v2/numbers/#{number}/relationships/primary_route", { data: { type: "route", id: route["data"]["id"] } })
address = call("address", "POST", "/v2/e911s", {
  data: {
    type: "e911",
    attributes: {
      label: "ruby", first_name: "Janet", last_name: "Doe", street_number: "3910", street_name: "N Vassault",
      address_type: "SUITE", address_type_number: "A-1", city: "Tacoma", state: "WA", country: "US", zip: "98407",
    },
  },
}) { |b| b["data"]["attributes"]["address_type"] }
call("associate", "PATCH", "/v2/numbers/#{number}/relationships/e911s/#{address["data"]["id"]}")
call("name", "POST", "/v2/cnams", { form: { value: "Desk" } }) { |b| b["data"]["attributes"]["value"] }
sent = call("send", "POST", "/v2.1/messages", { from: number, to: "12065550123", body: "Grüße 😀" }) { |b| b["data"]["id"][0, 5] }
call("lookup", "GET", "/v2.1/messages/#{sent["data"]["id"]}") { |b| b["data"]["attributes"]["body"] }
call("messages", "GET", "/v2.1/messages?start_date=2020-01-01T00:00:00Z&limit=1") { |b| b["data"].length }
call("wrong keys", "GET", "/v2/numbers", nil, "wrong") { |b| b["errors"][0]["title"] }
call("unassociate", "DELETE", "/v2/numbers/#{number}/relationships/e911s")
call("release", "DELETE", "/v2/numbers/#{number}")
