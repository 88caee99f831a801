# From nothing to a number that sends, as the vendor's documentation tells it, by what Perl itself brings.
use strict;
use warnings;
use utf8;
use HTTP::Tiny;
use JSON::PP;
use MIME::Base64 qw(encode_base64);

$| = 1;
my $json = JSON::PP->new->utf8->canonical;
my $http = HTTP::Tiny->new(timeout => 60);

sub call {
    my ($step, $method, $path, $body, $got, $secret) = @_;
    my $keys = encode_base64("$ENV{FR_ACCESS_KEY}:" . ($secret // $ENV{FR_SECRET_KEY}), "");
    my %request = (headers => { authorization => "Basic $keys" });
    if (ref $body eq "HASH") {
        $request{content} = $json->encode($body);
        $request{headers}{"content-type"} = "application/json";
    } elsif (defined $body) {
        $request{content} = $body;
        $request{headers}{"content-type"} = "application/x-www-form-urlencoded";
    }
    my $answer = $http->request($method, $ENV{FR_BASE_URL} . $path, \%request);
    my $value = length($answer->{content} // "") ? $json->decode($answer->{content}) : undef;
    print $json->encode({ step => $step, status => 0 + $answer->{status}, got => $got ? $got->($value) : undef }), "\n";
    return $value;
}

my $found = call("search", "GET", "/v2/numbers/available?starts_with=206&limit=1", undef, sub { scalar @{ $_[0]{data} } });
my $number = $found->{data}[0]{id};
call("buy", "POST", "/v2/numbers/$number", undef, sub { $_[0]{data}{id} eq $number ? JSON::PP::true : JSON::PP::false });
call("alias", "PATCH", "/v2/numbers/$number", { type => "number", alias => "Desk" }, sub { $_[0]{data}{attributes}{alias} });
my $route = call("route", "POST", "/v2/routes",
    { data => { type => "route", attributes => { alias => "perl", route_type => "host", value => "pbx.example.com" } } },
    sub { $_[0]{data}{attributes}{value} });
call("primary", "PATCH", "/v2/numbers/$number/relationships/primary_route",
    { data => { type => "route", id => $route->{data}{id} } });
my $address = call("address", "POST", "/v2/e911s", { data => { type => "e911", attributes => {
    label => "perl", first_name => "Janet", last_name => "Doe", street_number => "3910", street_name => "N Vassault",
    address_type => "SUITE", address_type_number => "A-1", city => "Tacoma", state => "WA", country => "US", zip => "98407",
} } }, sub { $_[0]{data}{attributes}{address_type} });
call("associate", "PATCH", "/v2/numbers/$number/relationships/e911s/$address->{data}{id}");
call("name", "POST", "/v2/cnams", "value=Desk", sub { $_[0]{data}{attributes}{value} });
my $sent = call("send", "POST", "/v2.1/messages", { from => $number, to => "12065550123", body => "Grüße 😀" },
    sub { substr $_[0]{data}{id}, 0, 5 });
call("lookup", "GET", "/v2.1/messages/$sent->{data}{id}", undef, sub { $_[0]{data}{attributes}{body} });
call("messages", "GET", "/v2.1/messages?start_date=2020-01-01T00:00:00Z&limit=1", undef, sub { scalar @{ $_[0]{data} } });
call("wrong keys", "GET", "/v2/numbers", undef, sub { $_[0]{errors}[0]{title} }, "wrong");
call("unassociate", "DELETE", "/v2/numbers/$number/relationships/e911s");
call("release", "DELETE", "/v2/numbers/$number");
