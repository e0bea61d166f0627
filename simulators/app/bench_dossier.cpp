// The dossier that measurements send, and the same as a script for wrk.
#include "simulators/app/bench_dossier.hpp"

#include "simulators/onestop/day.hpp"
#include "simulators/onestop/json.hpp"

#include <cstdio>

namespace sim::app {
namespace core = gw::core;

std::string bench_dossier(int number, const std::string& day, core::Instant received) {
    char code[64];
    std::snprintf(code, sizeof code, "H56.14-%s-%06d", day.c_str(), number);
    onestop::Json j;
    j.begin()
        .set("code", code)
        .name("procedure")
        .begin()
        .set("code", "2.000635")
        .end()
        .set("channel", "counter")
        .set("origin", "local");
    j.set("status", "received")
        .name("owner")
        .begin()
        .set("kind", "citizen")
        .set("full_name", "TRẦN THỊ MẪU")
        .name("identities")
        .list();
    j.begin()
        .set("kind", "citizen_number")
        .set("number", "038190000000")
        .end()
        .end_list()
        .set("birth", "1990")
        .set("sex", "female");
    j.set("phone", "84100000001")
        .name("address")
        .begin()
        .set("province_code", "38")
        .set("commune_code", "00000");
    j.set("detail", "Thôn Mẫu 1, xã Ví Dụ").set("valid_on", "2026-01-05").end().end();
    j.set(
        "summary",
        "Cấp 02 bản sao trích lục khai sinh cho công dân theo đề nghị tại bộ phận một cửa"
    );
    j.name("receiving_unit")
        .begin()
        .set("code", "H56.14")
        .set("name", "Trung tâm Phục vụ hành chính công (mẫu)")
        .end();
    j.name("deciding_agency")
        .begin()
        .set("code", "H56.14")
        .set("name", "Ủy ban nhân dân xã Mẫu")
        .end();
    j.set("submitted_at", core::to_rfc3339(received - core::Duration(60'000)))
        .set("received_at", core::to_rfc3339(received));
    j.set("due_at", core::to_rfc3339(received + core::Duration(8 * 86'400'000)))
        .set("result_delivery", "counter");
    j.name("other_papers").list();
    for (const char* name :
         {"Tờ khai cấp bản sao trích lục hộ tịch",
          "Bản chụp giấy tờ tùy thân của người yêu cầu",
          "Văn bản ủy quyền có chứng thực",
          "Giấy tờ chứng minh quan hệ"})
        j.begin().set("name", name).set("count", 1).set("copy_kind", "copy").end();
    j.end_list()
        .name("fees")
        .list()
        .begin()
        .set("code", "LP-TRICHLUC")
        .set("name", "Lệ phí cấp bản sao trích lục")
        .set("kind", "ordinary");
    j.set("nature", "charge")
        .set("collect_when", "at_reception")
        .set("unit_amount", 8'000)
        .set("quantity", 2)
        .end()
        .end_list();
    j.set("note", "Người dân đề nghị nhận kết quả tại quầy trong ngày làm việc").end();
    return j.text();
}

std::string wrk_script(const std::string& token, const std::string& day, core::Instant received) {
    const std::string number = "000000";
    const std::string whole = bench_dossier(0, day, received);
    const auto at = whole.find("-" + number) + 1;
    std::string text = "local head = \"POST /v1/dossiers HTTP/1.1\\r\\nHost: localhost\\r\\n";
    text += "Authorization: Bearer " + token + "\\r\\nContent-Type: application/json\\r\\n";
    text += "LT-Actor: CB0001\\r\\nContent-Length: " + std::to_string(whole.size());
    text += "\\r\\nIdempotency-Key: bench-0000-0000-0000-\"\n";
    text += "local before = [==[" + whole.substr(0, at) + "]==]\n";
    text += "local after = [==[" + whole.substr(at + number.size()) + "]==]\n";
    text += R"(local n = 0
request = function()
  n = n + 1
  local number = string.format("%06d", n)
  return head .. number .. "\r\n\r\n" .. before .. number .. after
end
)";
    return text;
}

}  // namespace sim::app
