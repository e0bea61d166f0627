// The places of towns and the settings by which their gateway reaches its partners.
#include "tests/town/place.hpp"

#include "connectors/all.hpp"
#include "gateway/mapping/notices.hpp"
#include "tests/kit/mapping_folder.hpp"

#include <chrono>
#include <stdexcept>

namespace gw::town_test {
namespace {

std::vector<PartnerRow> every_row(const std::string& province) {
    return {
        {"national_portal",
         {{"url", "https://national_portal/XrdAdapter/RestService/forward"},
          {"dstcode", "VN:GOV:000.00.00.G22:vpcpdvcprovider"},
          {"username", "mau-user"},
          {"password", "mau-password"},
          {"madonvi", "000.00.00." + province},
          {"tendonvi", "UBND tỉnh"},
          {"province_roots", province},
          {"agency", province},
          {"files_base_url", "https://gateway.test"},
          {"files_secret", "synthetic-secret-of-links"},
          {"hmac_secret", "mau-inbound-secret"}}},
        {"population",
         {{"url", "https://population/dancu"},
          {"user", "lienthong"},
          {"secret", "SYNTHETIC-SECRET"},
          {"api_key", "SYNTHETIC-APIKEY"},
          {"xroad_client", "VN/GOV/" + province + "/LIENTHONG"}}},
        {"vnpay",
         {{"pay_url", "https://vnpay/paymentv2/vpcpay.html"},
          {"api_url", "https://vnpay/merchant_webapi/api/transaction"},
          {"terminal", "TESTTMN1"},
          {"secret", "SYNTHETICSECRET0123456789ABCDEF0"},
          {"return_url", "https://motcua.test/thanh-toan"},
          {"agency", province},
          {"day_file_url", "https://vnpay/day-files/vnpay_TESTTMN1_{date}_{seq}.csv"},
          {"watch_every", "60s"}}},
        {"national_platform",
         {{"url", "https://national_platform/pay"},
          {"merchant", "LTTEST01"},
          {"secret", "SYNTHETIC-MABIMAT-0001"},
          {"agency", province},
          {"checkout_hosts", "national_platform"},
          {"bill_hosts", "national_platform"},
          {"account", "0001"},
          {"bank_code", "TESTBANK"},
          {"account_name", "Kho bạc mẫu"},
          {"ipn_path", "/v1/ipn/national-platform"},
          {"day_file_url",
           "https://national_platform/day-files/national_platform_LTTEST01_{date}_{seq}.csv"},
          {"watch_every", "60s"}}},
        {"vnpost",
         {{"url", "https://vnpost"},
          {"customer_key", "mau-customer-key"},
          {"customer_secret", "mau-customer-secret"},
          {"customer_code", "KH0000001"},
          {"agency", province},
          {"office_name", "Trung tâm Phục vụ hành chính công (mẫu)"},
          {"office_phone", "84100000009"},
          {"office_address", "Số 1, đường Mẫu"},
          {"office_province", "38"},
          {"office_commune", "00000"},
          {"poll", "600s"}}},
    };
}

std::vector<PartnerRow> phone_rows() {
    return {
        {"sms_viettel",
         {{"url", "https://sms_viettel/bulkapi"},
          {"user", "mau-user"},
          {"password", "mau-password"},
          {"cp_code", "MAU"},
          {"brand", "MOTCUA-MAU"},
          {"balance_every", "60min"}}},
        {"zalo",
         {{"url", "https://zalo"},
          {"token_url", "https://zalo/v4/oa/access_token"},
          {"app_id", "123456789"},
          {"app_secret", "mau-app-secret"},
          {"oa_secret", "SYNTHETIC-OA-SECRET"},
          {"refresh_token", "mau-refresh-0"},
          {"poll", "10min"}}},
    };
}

core::NoticeSettings notices() {
    core::NoticeSettings s;
    s.enabled = true;
    s.providers = {{"sms", "sms_viettel"}, {"zns", "zalo"}};
    std::vector<mapping::Problem> problems;
    const std::string file = "mappings/notices/templates.toml";
    auto texts = mapping::load_notice_templates(
        mapping::test::file_text(file), file, s.parts_max, &problems
    );
    if (!texts) throw std::runtime_error(mapping::test::all(problems));
    s.templates = std::move(*texts);
    return s;
}

}  // namespace

Place place_in(const std::string& province) {
    Place place;
    place.province = province;
    place.unit = province + ".14";
    place.client = "onestop-" + province;
    for (PartnerRow& row : every_row(province))
        if (connectors::find(row.id) != nullptr) place.partners.push_back(std::move(row));
    return place;
}

const Place& town_place() {
    static const Place place = [] {
        Place p = place_in("H37");
        p.client = "onestop-h37";
        p.owner_number = "020190000001";
        p.officer_number = "020090000009";
        p.morning = *core::parse_rfc3339("2026-03-02T08:00:00+07:00");
        p.settle = std::chrono::minutes(10);
        p.notices = notices();
        p.notices_every = std::chrono::seconds(60);
        for (PartnerRow& row : phone_rows())
            if (connectors::find(row.id) != nullptr) p.partners.push_back(std::move(row));
        return p;
    }();
    return place;
}

}  // namespace gw::town_test
