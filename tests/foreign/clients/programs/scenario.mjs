// From nothing to a number that sends, as the vendor's documentation tells it, by Node's own fetch.
const base = process.env.FR_BASE_URL;
const keys = (secret) => "Basic " + Buffer.from(`${process.env.FR_ACCESS_KEY}:${secret}`).toString("base64");

async function call(step, method, path, body, got = () => null, secret = process.env.FR_SECRET_KEY) {
  const headers = { authorization: keys(secret), accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json; charset=utf-8";
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const json = text ? JSON.parse(text) : null;
  console.log(JSON.stringify({ step, status: answer.status, got: got(json) }));
  return json;
}

const found = await call("search", "GET", "/v2/numbers/available?starts_with=206&limit=1", undefined, (b) => b.data.length);
const number = found.data[0].id;
await call("buy", "POST", `/v2/numbers/${number}`, undefined, (b) => b.data.id === number);
await call("alias", "PATCH", `/v2/numbers/${number}`, { type: "number", alias: "Desk" }, (b) => b.data.attributes.alias);
const route = await call("route", "POST", "/v2/routes", {
  data: { type: "route", attributes: { alias: "node", route_type: "host", value: "pbx.example.com" } },
}, (b) => b.data.attributes.value);
await call("primary", "PATCH", `/v2/numbers/${number}/relationships/primary_route`, { data: { type: "route", id: route.data.id } });
const address = await call("address", "POST", "/v2/e911s", {
  data: {
    type: "e911",
    attributes: {
      label: "node", first_name: "Janet", last_name: "Doe", street_number: "3910", street_name: "N Vassault",
      address_type: "SUITE", address_type_number: "A-1", city: "Tacoma", state: "WA", country: "US", zip: "98407",
    },
  },
}, (b) => b.data.attributes.address_type);
await call("associate", "PATCH", `/v2/numbers/${number}/relationships/e911s/${address.data.id}`);
await call("name", "POST", "/v2/cnams", { value: "Desk" }, (b) => b.data.attributes.value);
const sent = await call("send", "POST", "/v2.1/messages", { from: number, to: "12065550123", body: "Grüße 😀" },
  (b) => b.data.id.slice(0, 5));
await call("lookup", "GET", `/v2.1/messages/${sent.data.id}`, undefined, (b) => b.data.attributes.body);
await call("messages", "GET", "/v2.1/messages?start_date=2020-01-01T00:00:00Z&limit=1", undefined, (b) => b.data.length);
await call("wrong keys", "GET", "/v2/numbers", undefined, (b) => b.errors[0].title, "wrong");
await call("unassociate", "DELETE", `/v2/numbers/${number}/relationships/e911s`);
await call("release", "DELETE", `/v2/numbers/${number}`);
