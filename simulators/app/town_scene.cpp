// What the gateway of a played day must know of the partners beside the portal.
#include "simulators/app/town.hpp"

namespace sim::app {

std::map<std::string, std::string> Town::secrets() const {
    return {
        {"population", population_.options().secret},
        {"population-key", population_.options().api_key},
        {"vnpay", vnpay_.options().merchants.front().secret},
        {"platform", platform_.options().merchants.front().secret},
        {"vnpost", post_.options().customers.front().secret},
        {"sms", phones_.options().password},
        {"zalo-app", phones_.options().app_secret},
        {"zalo-oa", phones_.options().oa_secret},
        {"zalo-refresh", phones_.options().first_refresh_token}};
}

std::string Town::licences() {
    std::string text = R"(# Who may look persons up on a played day.
unit_per_day = 1000000
province_per_day = 1000000
person_per_day = 1000000
officer_per_ten_minutes = 0

)";
    for (const char* code : {"2.000635", "1.001193", "1.002835", "2.000033"})
        text += "[[procedure]]\ncode = \"" + std::string(code) + "\"\n\n";
    return text + R"([[officer]]
officer = "CB0001"
citizen_number = ")" +
           officer_number + R"("
agency = "H56.14"
account = "canbo.mau"
phone = "84100000009"
per_hour = 1000000
per_day = 1000000
)";
}

std::string Town::config(const std::string& folder) const {
    std::string text = R"x(
[identity]
licences = "@folder/licences.toml"

[notices]
enabled = true
sms = "sms_viettel"
zns = "zalo"
wait = "0s"
wait_urgent = "0s"
every = "1s"
quiet = "none"
quiet_urgent = "none"
per_hour = 1000
per_day = 1000

[payments]
preference = ["national_platform", "vnpay"]
national_partner = "national_platform"

[partner.population]
connector = "population"
name_vi = "Cơ sở dữ liệu quốc gia về dân cư"
url = "@population/dancu"
user = "lienthong"
secret = "secret:population"
api_key = "secret:population-key"
xroad_client = "VN/GOV/H56/LIENTHONG"
per_second = 1000
total_max = "3s"
authorities = "secret:authority"

[partner.national_platform]
connector = "national_platform"
name_vi = "Nền tảng thanh toán quốc gia"
url = "@national_platform/pay"
merchant = "LTTEST01"
secret = "secret:platform"
checkout_hosts = ["localhost"]
bill_hosts = ["localhost"]
account = "0000000001"
bank_code = "TESTBANK"
account_name = "DON VI MAU"
watch_every = "1s"
unknown_after = "5s"
bill_waits = ["1s", "2s"]
authorities = "secret:authority"
@waits
[partner.national_platform.operation.INIT]
settle_time = "1s"
total_max = "3s"

[partner.vnpay]
connector = "vnpay"
name_vi = "VNPAY"
pay_url = "@vnpay/paymentv2/vpcpay.html"
api_url = "@vnpay/merchant_webapi/api/transaction"
terminal = "TESTTMN1"
secret = "secret:vnpay"
return_url = "https://motcua.test/thanh-toan"
watch_every = "1s"
authorities = "secret:authority"
@waits
[partner.vnpost]
connector = "vnpost"
name_vi = "Bưu điện"
url = "@vnpost"
customer_key = "mau-customer-key"
customer_secret = "secret:vnpost"
customer_code = "KH0000001"
agency = "H56"
office_name = "Trung tâm Phục vụ hành chính công (mẫu)"
office_phone = "84100000009"
office_address = "Số 1, đường Mẫu"
office_province = "38"
office_commune = "00000"
poll = "1s"
authorities = "secret:authority"
@waits
[partner.vnpost.operation.OrderPost]
settle_time = "2s"
total_max = "3s"

[partner.sms_viettel]
connector = "sms_viettel"
name_vi = "Tin nhắn SMS"
url = "@phone/bulkapi"
user = "mau-user"
password = "secret:sms"
cp_code = "MAU"
brand = "MOTCUA-MAU"
authorities = "secret:authority"
@waits
[partner.zalo]
connector = "zalo"
name_vi = "Zalo"
url = "@phone"
token_url = "@phone/v4/oa/access_token"
app_id = "123456789"
app_secret = "secret:zalo-app"
oa_secret = "secret:zalo-oa"
refresh_token = "secret:zalo-refresh"
poll = "1s"
authorities = "secret:authority"
@waits
)x";
    const auto put = [&text](const std::string& place, const std::string& value) {
        for (auto at = text.find(place); at != text.npos; at = text.find(place, at + value.size()))
            text.replace(at, place.size(), value);
    };
    put("@folder", folder);
    for (const Door& door : doors_) put("@" + door.name, url(door.name));
    return text;
}

}  // namespace sim::app
