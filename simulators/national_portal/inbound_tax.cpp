// Land-tax notices (XML in base64 in JSON, both spellings of a tag) and receipts.
#include "simulators/national_portal/inbound_maker.hpp"

#include <pugixml.hpp>

#include <sstream>

namespace sim::national_portal::inbound {
namespace {

using kit::Json;
using kit::JsonWriter;

std::vector<std::string> tax_codes(const Maker& m) {
    std::vector<std::string> codes;
    if (const Json* wanted = kit::member(m.ask, "dossiers"); wanted && wanted->IsArray())
        for (const auto& one : wanted->GetArray()) codes.push_back(kit::text_of(&one));
    if (auto one = m.wish("dossier", ""); !one.empty()) codes.push_back(one);
    for (const auto& [code, d] : m.w.dossiers.all())
        if (codes.size() < 3 && kit::member(m.ask, "dossiers") == nullptr && !d.portal_origin)
            codes.push_back(code);
    bool unknown = m.wish("unknown", "true") == "true";
    if (m.struck("tax_unknown_mid_batch")) unknown = true;
    auto nobody = m.w.options.provinces.front() + ".99-" + kit::short_day(m.now) + "-9999";
    if (unknown)
        codes.insert(codes.begin() + static_cast<std::ptrdiff_t>(codes.size() / 2), nobody);
    return codes;
}

void child(pugi::xml_node parent, const char* name, const std::string& text) {
    parent.append_child(name).append_child(pugi::node_pcdata).set_value(text.c_str());
}

std::string notice_xml(
    const Maker& m, const std::vector<std::string>& codes, const std::string& amount
) {
    const auto* variant = m.struck("tax_tag_variant");
    pugi::xml_document doc;
    auto body = doc.append_child("DATA").append_child("BODY");
    auto list = body.append_child("ROW_LIST");
    int n = 0;
    for (const auto& code : codes) {
        if (variant && n > 0)
            list = body.append_child("ROW_LIST");  // the list itself repeated, no ROW between
        auto row = variant ? list : list.append_child("ROW");
        child(row, "MA_HSO", code);
        auto items = row.append_child("LIST");
        for (int i = 0; i < 2; ++i, ++n) {
            auto item = variant ? items.append_child("CHI_TIET") : items.append_child("ITEM");
            child(item, "MA_SO_THUE", "000000000" + std::to_string(2 + i));
            child(item, "SO_QUYET_DINH", padded(static_cast<std::uint64_t>(n + 1), 3) + "/TB-MAU");
            auto day = kit::compact_time(m.now);
            child(
                item,
                "NGAY_QUYET_DINH",
                day.substr(6, 2) + "-" + day.substr(4, 2) + "-" + day.substr(0, 4)
            );
            child(item, "SO_TIEN", amount);
            child(
                item, i == 1 || variant ? "TEN_TIEUMUC" : "TEN_TIEU_MUC", "Lệ phí trước bạ nhà đất"
            );
        }
    }
    std::ostringstream out;
    doc.save(out, "", pugi::format_raw, pugi::encoding_utf8);
    return out.str();
}

}  // namespace

std::vector<Outgoing> tax_notice(Maker m) {
    m.service = "NhanThongBaoThueDat";
    auto codes = tax_codes(m);
    m.dossier = codes.empty() ? std::string() : codes.front();
    JsonWriter out;
    begin(out, m.w);
    out.field("Service", m.service)
        .field("Ngay", kit::compact_time(m.now))
        .field("IsUpdating", "False")
        .key("Data")
        .object();
    out.field(
        "FileThongBaoThue", spelled_base64(m, notice_xml(m, codes, m.wish("amount", "1500000")))
    );
    return {outgoing(m, "tax_notice", out.end_object().end_object().take())};
}

std::vector<Outgoing> tax_receipt(Maker m, std::string& why) {
    m.service = "NhanChungTuThueDat";
    m.dossier = m.wish("dossier", "");
    if (m.dossier.empty()) {
        for (const auto& [code, d] : m.w.dossiers.all())
            if (m.dossier.empty() && !d.portal_origin) m.dossier = code;
    }
    if (m.dossier.empty()) {
        why = "dossier: missing, and no dossier of the province is held";
        return {};
    }
    auto person = invented(m);
    JsonWriter out;
    begin(out, m.w);
    out.field("MaHoSo", m.dossier)
        .field("HoTenNguoiNopTien", person.name)
        .field("SoCMTNguoiNopTien", person.citizen_number);
    out.field("DiaChiNguoiNopTien", "Số 1 đường Thử Nghiệm")
        .field("TinhNguoiNopTien", "20")
        .field("HuyenNguoiNopTien", "");
    out.field("XaNguoiNopTien", "00001")
        .field("MaSoThue", "0000000002")
        .key("ThongTinThanhToan")
        .object();
    out.field("MaThongBaoThue", m.wish("notice", "001/TB-MAU"))
        .field("ThoiGianThanhToan", kit::compact_time(m.now));
    out.field("SoTien", m.wish("amount", "1500000"))
        .field("NoiDungThanhToan", "Nộp lệ phí trước bạ")
        .field("TrangThaiThanhToan", "1");
    out.end_object().field("UrlFileChungTu", offer(m, "chung-tu.pdf", pdf(m.w, 2'048)));
    return {outgoing(m, "tax_receipt", out.end_object().take())};
}

}  // namespace sim::national_portal::inbound
