// Elements in the order of the example; where live replies leave the standard, the style says
// which.
#include "simulators/population/reply.hpp"

#include "simulators/kit/text.hpp"
#include "simulators/population/soap.hpp"
#include "simulators/population/tables.hpp"

namespace sim::population {
namespace {

class Writer {
public:
    Writer(const Style& style, const Twist& twist) : style_(style), twist_(twist) {}

    void open(std::string_view name) { out_ += "<" + qualified(name) + ">"; }
    void close(std::string_view name) { out_ += "</" + qualified(name) + ">"; }
    /// An element; without a value as the style says.
    void leaf(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            open(name);
            out_ += xml_escape(value);
            close(name);
        } else if (style_.absent == Absent::empty) {
            out_ += "<" + qualified(name) + "/>";
        } else if (style_.absent == Absent::nil) {
            nil(name);
        }
    }
    void nil(std::string_view name) {
        out_ += "<" + qualified(name) +
                " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>";
    }
    void empty(std::string_view name) { out_ += "<" + qualified(name) + "/>"; }
    std::string root(std::string_view name, const std::string& attributes) const {
        std::string declared;
        if (style_.name_space == Namespace::default_namespace)
            declared = " xmlns=\"" + std::string(reply_namespace) + "\"";
        if (style_.name_space == Namespace::prefix)
            declared = " xmlns:dc=\"" + std::string(reply_namespace) + "\"";
        return "<" + qualified(name) + declared + attributes + ">";
    }
    std::string qualified(std::string_view name) const {
        return (style_.name_space == Namespace::prefix ? "dc:" : "") + std::string(name);
    }
    void add(std::string_view text) { out_ += text; }
    std::string take() { return std::move(out_); }

    void person(const Person& p);

private:
    std::string spelt(std::string name) const {
        if (twist_.other_marks) name = other_marks(name);
        return twist_.decomposed ? decomposed(name) : name;
    }
    void name(const Name& n, bool whole_in_ten);
    void code(std::string_view outer, std::string_view inner, const std::string& value);
    void birth(const Birth& b);
    void address(std::string_view tag, const Address& a, bool other_codes);
    void relative(std::string_view tag, const Relative& r);
    void head(const Relative& r);
    const Style& style_;
    const Twist& twist_;
    std::string out_;
};

void Writer::name(const Name& n, bool whole_in_ten) {
    open("HoVaTen");
    // Ho and ChuDem stay visible when empty: that is what the name in Ten looks like.
    if (whole_in_ten) {
        empty("Ho");
        empty("ChuDem");
        leaf("Ten", spelt(n.whole()));
    } else {
        leaf("Ho", spelt(n.family));
        leaf("ChuDem", spelt(n.middle));
        leaf("Ten", spelt(n.given));
    }
    close("HoVaTen");
}

void Writer::code(std::string_view outer, std::string_view inner, const std::string& value) {
    if (style_.bare_codes) return leaf(outer, value);
    open(outer);
    leaf(inner, value);
    close(outer);
}

void Writer::birth(const Birth& b) {
    open("NgayThangNamSinh");
    bool date = b.whole() && !twist_.year_only;
    if (date) leaf("NgayThangNam", style_.dashed_dates ? b.dashed() : b.compact());
    if (!date || style_.both_dates || twist_.year_conflict)
        leaf("Nam", Birth(twist_.year_conflict ? b.year + 1 : b.year).year_text());
    close("NgayThangNamSinh");
}

void Writer::address(std::string_view tag, const Address& a, bool other_codes) {
    if (a.province.empty() && a.detail.empty()) return;
    auto province = a.province;
    auto district = a.district;
    // F-86: the same place by the other list, so that both lists stand in one reply.
    for (std::size_t i = 0; other_codes && i < place_count; ++i)
        if (a.province == (a.old_codes ? place(i).old_province : place(i).new_province)) {
            province = a.old_codes ? place(i).new_province : place(i).old_province;
            district = a.old_codes ? "" : "901";
            break;
        }
    open(tag);
    if (style_.three_levels) {
        leaf("MaTinhThanh", province);
        if (twist_.no_district) district.clear();
        if (!twist_.district_missing) {
            if (district.empty())
                empty("MaQuanHuyen");
            else
                leaf("MaQuanHuyen", district);
        }
        leaf("MaPhuongXa", a.commune);
    } else {
        leaf("MaDonViHanhChinh", a.commune.empty() ? province : a.commune);
    }
    leaf("ChiTiet", a.detail);
    leaf("QuocGia", a.country);
    close(tag);
}

void Writer::relative(std::string_view tag, const Relative& r) {
    open(tag);
    if (style_.flat_relatives)
        leaf("HoVaTen", spelt(r.name.whole()));
    else
        name(r.name, false);
    if (!r.number.empty())
        leaf("SoDinhDanh", r.number);
    else
        leaf("SoCMND", r.old_number);
    if (!style_.flat_relatives) leaf("QuocTich", r.nationality);
    close(tag);
}

void Writer::head(const Relative& r) {
    auto names = [&] {
        if (style_.flat_relatives)
            leaf("HoVaTen", spelt(r.name.whole()));
        else
            name(r.name, false);
    };
    open("ChuHo");
    if (!style_.head_number_first) names();
    leaf("QuanHe", r.relation);
    if (!r.number.empty()) leaf("SoDinhDanh", r.number);
    if (!r.old_number.empty()) leaf("SoCMND", r.old_number);
    if (style_.head_number_first) names();
    close("ChuHo");
}

void Writer::person(const Person& p) {
    open("CongDan");
    leaf("SoDinhDanh", p.number);
    leaf("SoCMND", p.old_number);
    name(p.name, style_.name_in_ten);
    birth(p.birth);
    leaf("GioiTinh", std::to_string(p.sex));
    code("DanToc", "MaDanToc", p.ethnic);
    code("TonGiao", "MaTonGiao", p.religion);
    leaf("TinhTrangHonNhan", p.marital);
    leaf("NhomMau", p.blood);
    leaf("QuocTich", p.nationality);
    address("NoiDangKyKhaiSinh", p.registered, false);
    address("QueQuan", p.origin, false);
    address("ThuongTru", p.permanent, twist_.admin_code_mix);
    address("NoiOHienTai", p.current, false);
    if (p.father) relative("Cha", *p.father);
    if (p.mother) relative("Me", *p.mother);
    if (p.spouse) relative("VoChong", *p.spouse);
    if (p.representative) relative("NguoiDaiDien", *p.representative);
    if (p.head) head(*p.head);
    leaf("SoSoHoKhau", p.household);
    close("CongDan");
}

/// xs:dateTime of the data, Vietnam time, without a zone as in the example.
std::string data_time(core::Instant now) {
    return kit::rfc3339(now).substr(0, 19);
}

void nameless(Writer& w, bool nil) {
    w.open("CongDan");
    w.open("HoVaTen");
    w.empty("Ho");
    w.empty("ChuDem");
    nil ? w.nil("Ten") : w.empty("Ten");
    w.close("HoVaTen");
    w.close("CongDan");
}

}  // namespace

std::string collection_of(
    const std::vector<Person>& people, const Style& style, const Twist& twist, core::Instant now
) {
    Writer w(style, twist);
    bool dead = people.size() == 1 && people[0].dead;
    auto count = people.size() * (twist.doubled ? 2 : 1);
    w.add(w.root(
        "CongdanCollection",
        " SoCongDan=\"" + std::to_string(count) + "\" ThoiDiemDuLieu=\"" + data_time(now) +
            "\" GhiChu=\"" + (dead ? "Đã khai tử" : "") + "\""
    ));
    for (const auto& p : people) {
        w.person(p);
        if (twist.doubled) {
            auto other = p;
            other.permanent.detail = "Thôn Mẫu khác";
            w.person(other);
        }
    }
    if (people.empty() && style.not_found != NotFoundForm::empty_collection)
        nameless(w, style.not_found == NotFoundForm::null_name);
    w.close("CongdanCollection");
    return w.take();
}

std::string yes_no(bool yes, const Style& style, const std::string& detail) {
    Twist none;
    Writer w(style, none);
    if (style.count_instead_of_yes) {
        w.add(w.root("SoLuongCongDan", "") + (yes ? "1" : "0"));
        w.close("SoLuongCongDan");
        return w.take();
    }
    w.add(w.root("KetQuaXacThuc", ""));
    w.leaf("TonTai", yes ? "true" : "false");
    if (!detail.empty()) w.leaf("ChiTiet", detail);
    w.close("KetQuaXacThuc");
    return w.take();
}

}  // namespace sim::population
