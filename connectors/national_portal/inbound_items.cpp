// What an inbound call says: inbox items with their files.
#include "connectors/kit/text.hpp"
#include "connectors/national_portal/inbound.hpp"
#include "connectors/national_portal/inbox.hpp"
#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/xml.hpp"

#include <algorithm>
#include <array>

namespace gw::national_portal {
namespace {

using core::Document;

std::string text(const Document& object, std::string_view name) {
    const Document* value = object.find_ignoring_case(name);
    return value == nullptr || value->is_list() || value->is_object() ? std::string()
                                                                      : value->as_text();
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

core::Error undecodable(std::string_view why) {
    return core::give_up("inbound.undecodable", std::string(why));
}

/// `data` when there is one, each of its items when it is a list.
std::vector<const Document*> contents(const Document& body) {
    const Document* data = body.find_ignoring_case("data");
    std::vector<const Document*> all;
    if (data != nullptr && data->is_list())
        for (const Document& item : data->items()) all.push_back(&item);
    if (all.empty()) all.push_back(data != nullptr && data->is_object() ? data : &body);
    return all;
}

const Document& content(const Document& body) {
    return *contents(body).front();
}

/// IsDeleted as "True", "true", true, 1 …
bool is_withdrawn(const Document& row) {
    const Document* value = row.find_ignoring_case("IsDeleted");
    if (value == nullptr || value->is_list() || value->is_object()) return false;
    const std::string word = core::to_lower(trimmed(value->as_text()));
    return word == "true" || word == "1";
}

InboundFile file_of(std::string name, const std::string& base64, const std::string& url) {
    InboundFile file;
    file.name = std::move(name);
    if (!base64.empty()) {
        file.bytes = decode_file(base64);
        file.broken = !file.bytes || media_type(*file.bytes).empty();
        if (file.broken) file.bytes.reset();
    } else if (!url.empty()) {
        file.source = Document::text(url);
    } else {
        file.broken = true;  // F-62: announced and not there
    }
    return file;
}

std::vector<InboundFile> files_of(const Document& item, std::string_view list) {
    std::vector<InboundFile> files;
    const Document* rows = item.find_ignoring_case(list);
    if (rows == nullptr || !rows->is_list()) return files;
    std::size_t index = 0;
    for (const Document& row : rows->items()) {
        const std::string number = std::to_string(index++);
        if (is_withdrawn(row)) continue;
        InboundFile file = file_of(
            text(row, "TenTepDinhKem"), text(row, "Base64"), text(row, "DuongDanTaiTepTin")
        );
        file.component_code = text(row, "MaThanhPhanHoSo");
        file.pointer = number;
        files.push_back(std::move(file));
    }
    return files;
}

/// A file that the wrapper's `getfile` gives: POST {"DuongDan"} -> base64.
Document getfile_source(const Options& options, const std::string& path) {
    if (path.find("://") != path.npos || options.transport != Transport::bus)
        return Document::text(path);
    Document body = Document::object();
    body.set("DuongDan", Document::text(path));
    Document source = Document::object();
    source.set(
        "url", Document::text(connector_kit::join_url(options.url, options.bus_prefix + "/getfile"))
    );
    source.set("method", Document::text("POST"));
    source.set("body", Document::text(formats::write_json(body)));
    source.set("encoding", Document::text("base64"));
    return source;
}

core::Result<Document> decode(
    const mapping::Library& library,
    std::string_view name,
    core::Day day,
    const Document& wire,
    std::vector<std::string>* unmapped
) {
    const auto mapping = library.find(name, day);
    if (!mapping) return mapping.error();
    return mapping->decode(wire, Document::object(), unmapped);
}

/// Names that the wire form gives twice would be lost by a mapping that reads each once. Withdrawn
/// papers say so in one form.
Document without_files(Document item) {
    for (const auto name : {"TepDonDangKy", "Base64"}) item.remove(name);
    Document* rows = item.find("TaiLieuNop");
    if (rows == nullptr || !rows->is_list()) return item;
    for (Document& row : rows->items()) {
        row.remove("Base64");
        if (row.is_object() && row.find_ignoring_case("IsDeleted") != nullptr) {
            const char* word = is_withdrawn(row) ? "True" : "False";
            for (core::Member& m : row.members())
                if (core::to_lower(m.name) == "isdeleted") m.value = Document::text(word);
        }
    }
    return item;
}

core::Result<Understood> dossier(
    const mapping::Library& library, Inbound service, const Document& body, core::Day day
) {
    const Document& item = content(body);
    Understood out;
    out.code = text(item, "MaHoSo");
    if (!item.is_object() || out.code.empty()) return undecodable("no MaHoSo");
    const bool promotion = service == Inbound::promotion;
    const std::string_view name =
        promotion ? "national_portal/promotion_in" : "national_portal/dossier_in";
    auto payload = decode(library, name, day, without_files(item), &out.unmapped);
    if (!payload) return payload.error();
    InboundItem made;
    made.kind = "dossier";
    made.partner_ref = made.dossier_code = out.code;
    made.payload = std::move(*payload);
    if (promotion && item.find_ignoring_case("TepDonDangKy") != nullptr) {
        InboundFile form = file_of(text(item, "TenTepDonDangKy"), text(item, "TepDonDangKy"), "");
        made.files.push_back(std::move(form));
    }
    for (InboundFile& file : files_of(item, "TaiLieuNop")) made.files.push_back(std::move(file));
    out.items.push_back(std::move(made));
    return out;
}

core::Result<Understood> supplement(const Options& options, const Document& body) {
    const Document& item = content(body);
    Understood out;
    const Document* before = item.find_ignoring_case("ThongTinDaNop");
    out.code = text(item, "MaHoSoQG");
    if (out.code.empty() && before != nullptr) out.code = text(*before, "MaHoSoQGDNP");
    if (out.code.empty()) out.code = text(item, "MaHoSo");
    if (out.code.empty()) return undecodable("no MaHoSoQG");
    InboundItem made;
    made.kind = "supplement";
    made.partner_ref = made.dossier_code = out.code;
    made.payload = Document::object();
    made.payload.set("code", Document::text(out.code));
    made.payload.set("reason", Document::text(text(item, "LyDoDieuChinh")));
    made.payload.set("commitment", Document::text(text(item, "NoiDungCamKetKhac")));
    if (before != nullptr) made.payload.set("submitted_before", *before);
    if (const Document* change = item.find_ignoring_case("ThongTinSuaDoi"))
        made.payload.set("changes", *change);
    const std::string path = text(item, "URLTepDangKy");
    if (!path.empty()) {
        InboundFile file;
        file.name = text(item, "TenTepDangKy");
        file.source = getfile_source(options, path);
        made.files.push_back(std::move(file));
    }
    for (InboundFile& file : files_of(item, "TaiLieuNop")) made.files.push_back(std::move(file));
    out.items.push_back(std::move(made));
    return out;
}

constexpr std::array<std::string_view, 6> notice_names{
    "MA_SO_THUE", "SO_QUYET_DINH", "NGAY_QUYET_DINH", "SO_TIEN", "TEN_TIEU_MUC", "TEN_TIEUMUC"};

/// "05-03-2026" -> "2026-03-05"; other forms unchanged.
std::string iso_day(const std::string& text) {
    if (text.size() != 10 || text[2] != '-' || text[5] != '-') return text;
    return text.substr(6) + "-" + text.substr(3, 2) + "-" + text.substr(0, 2);
}

std::string_view local_name(const core::Member& member) {
    const auto brace = member.name.rfind('}');
    const std::string_view name = member.name;
    return brace == name.npos ? name : name.substr(brace + 1);
}

/// The only MA_HSO of an element: everything in it is that dossier's, before and after.
const Document* own_dossier(const Document& node) {
    const Document* found = nullptr;
    for (const auto& member : node.members()) {
        if (local_name(member) != "MA_HSO") continue;
        if (found != nullptr) return nullptr;
        found = &member.value;
    }
    return found;
}

/// Collects notices by the names of their fields, whatever lies around them. A dossier holds for
/// the element it stands in; of several in one element, each from there on.
class NoticeReader {
public:
    void read(const Document& node, int depth) {
        if (depth > 32) return;
        const std::string outer = dossier_;
        if (const Document* own = own_dossier(node)) dossier_ = trimmed(own->as_text());
        for (const auto& member : node.members()) {
            const std::string_view name = local_name(member);
            if (name == "MA_HSO") {
                if (trimmed(member.value.as_text()) == dossier_) continue;
                flush();
                dossier_ = trimmed(member.value.as_text());
            } else if (std::find(notice_names.begin(), notice_names.end(), name) != notice_names.end()) {
                if (fields_.find(name) != nullptr) flush();
                fields_.set(std::string(name), Document::text(trimmed(member.value.as_text())));
            } else if (member.value.is_object()) {
                flush();
                read(member.value, depth + 1);
            }
        }
        flush();
        dossier_ = outer;
    }
    std::vector<InboundItem> take() {
        flush();
        return std::move(items_);
    }

private:
    void flush() {
        if (fields_.members().empty()) return;
        const std::string notice = fields_.text_of("SO_QUYET_DINH"),
                          tax_code = fields_.text_of("MA_SO_THUE");
        InboundItem item;
        item.kind = "tax_notice";
        item.partner_ref = dossier_ + "|" + tax_code + "|" + notice;  // NP-49
        item.dossier_code = dossier_;
        item.payload = Document::object();
        item.payload.set("dossier_code", Document::text(dossier_));
        item.payload.set("tax_code", Document::text(tax_code));
        item.payload.set("notice_no", Document::text(notice));
        item.payload.set("decided_on", Document::text(iso_day(fields_.text_of("NGAY_QUYET_DINH"))));
        item.payload.set("amount", Document::text(fields_.text_of("SO_TIEN")));
        item.payload.set(
            "name", Document::text(fields_.text_of("TEN_TIEU_MUC", fields_.text_of("TEN_TIEUMUC")))
        );
        items_.push_back(std::move(item));
        fields_ = Document::object();
    }
    std::string dossier_;
    Document fields_ = Document::object();
    std::vector<InboundItem> items_;
};

}  // namespace

core::Result<std::vector<InboundItem>> read_tax_notice(const Document& body) {
    const std::string packed = text(content(body), "FileThongBaoThue");
    const auto xml = decode_file(packed);
    if (!xml) return undecodable("FileThongBaoThue is no base64");
    const auto tree = formats::read_xml(*xml);  // depth 32, 20 MB, no entities (NP-52)
    if (!tree) return undecodable("FileThongBaoThue: " + tree.error().code);
    NoticeReader reader;
    reader.read(*tree, 0);
    auto items = reader.take();
    if (items.empty()) return undecodable("FileThongBaoThue holds no notice");
    return items;
}

InboundItem read_tax_receipt(const Options& options, const Document& body) {
    const Document& item = content(body);
    const Document* paid = item.find_ignoring_case("ThongTinThanhToan");
    const Document& payment = paid != nullptr ? *paid : item;
    InboundItem made;
    made.kind = "tax_receipt";
    made.dossier_code = text(item, "MaHoSo");
    const std::string notice = text(payment, "MaThongBaoThue"), tax_code = text(item, "MaSoThue");
    made.partner_ref = made.dossier_code + "|" + tax_code + "|" + notice;
    Document payer = Document::object();
    payer.set("name", Document::text(text(item, "HoTenNguoiNopTien")));
    payer.set("identity", Document::text(text(item, "SoCMTNguoiNopTien")));
    payer.set("address", Document::text(text(item, "DiaChiNguoiNopTien")));
    made.payload = Document::object();
    made.payload.set("dossier_code", Document::text(made.dossier_code));
    made.payload.set("tax_code", Document::text(tax_code));
    made.payload.set("notice_no", Document::text(notice));
    made.payload.set("amount", Document::text(text(payment, "SoTien")));
    if (const auto at = core::parse_compact(text(payment, "ThoiGianThanhToan")))
        made.payload.set("paid_at", Document::text(core::to_rfc3339(*at)));
    made.payload.set("content", Document::text(text(payment, "NoiDungThanhToan")));
    made.payload.set("paid", Document::boolean(text(payment, "TrangThaiThanhToan") == "1"));
    made.payload.set("payer", std::move(payer));
    const std::string url = text(item, "UrlFileChungTu");
    if (!url.empty()) {
        InboundFile file;
        file.name = "chung-tu-" + notice + ".pdf";
        std::replace(file.name.begin(), file.name.end(), '/', '-');
        file.source = getfile_source(options, url);
        made.files.push_back(std::move(file));
    }
    return made;
}

namespace {

core::Result<Understood> understand_one(
    const Options& options,
    const mapping::Library& library,
    Inbound service,
    const Document& item,
    core::Day day
) {
    switch (service) {
        case Inbound::dossier:
        case Inbound::promotion:
            return dossier(library, service, item, day);
        case Inbound::promotion_supplement:
            return supplement(options, item);
        case Inbound::tax_notice: {
            auto items = read_tax_notice(item);
            if (!items) return items.error();
            Understood out;
            out.items = std::move(*items);
            return out;
        }
        case Inbound::tax_receipt: {
            InboundItem made = read_tax_receipt(options, item);
            if (made.dossier_code.empty()) return undecodable("no MaHoSo");
            Understood out;
            out.code = made.dossier_code;
            out.items.push_back(std::move(made));
            return out;
        }
    }
    return undecodable("unknown service");
}

}  // namespace

core::Result<Understood> understand(
    const Options& options,
    const mapping::Library& library,
    Inbound service,
    const Document& body,
    core::Day day
) {
    Understood all;
    for (const Document* item : contents(body)) {
        auto one = understand_one(options, library, service, *item, day);
        if (!one) return one.error();  // nothing of a call is half taken
        if (all.code.empty()) all.code = std::move(one->code);
        for (InboundItem& made : one->items) all.items.push_back(std::move(made));
        for (std::string& code : one->unmapped) all.unmapped.push_back(std::move(code));
    }
    return all;
}

}  // namespace gw::national_portal
