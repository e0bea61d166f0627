// Procedures of the played catalogue. Public codes carry their public names; codes that begin with
// 9 are invented.
#include "simulators/national_portal/catalogue.hpp"

#include "simulators/kit/json_writer.hpp"

namespace sim::national_portal {
namespace {

using kit::JsonWriter;

struct Row {
    const char *code, *name, *field_code, *field_name, *days, *fee, *result_code, *result_name;
};
constexpr Row rows[] = {
    {"1.001193",
     "Thủ tục đăng ký khai sinh",
     "LV-MAU-01",
     "Hộ tịch",
     "0",
     "",
     "KQ.G15.000031",
     "Giấy khai sinh"},
    {"2.000635",
     "Cấp bản sao trích lục hộ tịch",
     "LV-MAU-01",
     "Hộ tịch",
     "1",
     "8000",
     "KQ.G15.000032",
     "Bản sao trích lục"},
    {"1.000656",
     "Thủ tục đăng ký khai tử",
     "LV-MAU-01",
     "Hộ tịch",
     "0",
     "",
     "KQ.G15.000034",
     "Trích lục khai tử"},
    {"1.000894",
     "Thủ tục đăng ký kết hôn",
     "LV-MAU-01",
     "Hộ tịch",
     "0",
     "",
     "KQ.G15.000901",
     "Giấy chứng nhận kết hôn"},
    {"1.004873",
     "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân",
     "LV-MAU-01",
     "Hộ tịch",
     "3",
     "15000",
     "KQ.G15.000902",
     "Giấy xác nhận tình trạng hôn nhân"},
    {"1.001022",
     "Thủ tục đăng ký nhận cha, mẹ, con",
     "LV-MAU-01",
     "Hộ tịch",
     "3",
     "15000",
     "KQ.G15.000903",
     "Trích lục nhận cha, mẹ, con"},
    {"2.002621",
     "Liên thông đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi",
     "LV-MAU-01",
     "Hộ tịch",
     "4",
     "",
     "KQ.G15.000031",
     "Giấy khai sinh"},
    {"2.002622",
     "Liên thông đăng ký khai tử, xóa đăng ký thường trú, giải quyết mai táng phí",
     "LV-MAU-01",
     "Hộ tịch",
     "4",
     "",
     "KQ.G15.000034",
     "Trích lục khai tử"},
    {"2.000815",
     "Chứng thực bản sao từ bản chính giấy tờ, văn bản",
     "LV-MAU-02",
     "Chứng thực",
     "0",
     "2000",
     "KQ.G15.000904",
     "Bản sao chứng thực"},
    {"2.000884",
     "Chứng thực chữ ký trong các giấy tờ, văn bản",
     "LV-MAU-02",
     "Chứng thực",
     "0",
     "10000",
     "KQ.G15.000905",
     "Văn bản chứng thực chữ ký"},
    {"1.002835",
     "Cấp mới Giấy phép lái xe",
     "LV-MAU-03",
     "Đường bộ",
     "10",
     "135000",
     "KQ.G09.000906",
     "Giấy phép lái xe"},
    {"2.000033",
     "Thông báo hoạt động khuyến mại",
     "LV-MAU-04",
     "Xúc tiến thương mại",
     "0",
     "",
     "",
     ""},
    {"1.009999",
     "Thủ tục mẫu có mã công khai dùng để thử",
     "LV-MAU-05",
     "Thử nghiệm",
     "5",
     "",
     "KQ.G22.000907",
     "Giấy mẫu"},
    {"9.000001",
     "Thủ tục mẫu: cấp giấy phép xây dựng nhà ở riêng lẻ",
     "LV-MAU-06",
     "Hoạt động xây dựng",
     "15",
     "75000",
     "KQ.G17.000911",
     "Giấy phép xây dựng"},
    {"9.000002",
     "Thủ tục mẫu: đăng ký hộ kinh doanh",
     "LV-MAU-07",
     "Thành lập hộ kinh doanh",
     "3",
     "100000",
     "KQ.G05.000912",
     "Giấy chứng nhận đăng ký hộ kinh doanh"},
    {"9.000003",
     "Thủ tục mẫu: đăng ký biến động quyền sử dụng đất",
     "LV-MAU-08",
     "Đất đai",
     "10",
     "50000",
     "KQ.G13.000913",
     "Giấy chứng nhận"},
    {"9.000004",
     "Thủ tục mẫu: chuyển mục đích sử dụng đất",
     "LV-MAU-08",
     "Đất đai",
     "15",
     "",
     "KQ.G13.000914",
     "Quyết định"},
    {"9.000005",
     "Thủ tục mẫu: trợ cấp xã hội hằng tháng",
     "LV-MAU-09",
     "Bảo trợ xã hội",
     "22",
     "",
     "KQ.G07.000915",
     "Quyết định trợ cấp"},
    {"9.000006",
     "Thủ tục mẫu: xác nhận hộ nghèo, hộ cận nghèo",
     "LV-MAU-09",
     "Bảo trợ xã hội",
     "15",
     "",
     "KQ.G07.000916",
     "Giấy chứng nhận"},
    {"9.000007",
     "Thủ tục mẫu: cấp Phiếu lý lịch tư pháp",
     "LV-MAU-10",
     "Lý lịch tư pháp",
     "10",
     "200000",
     "KQ.G15.000917",
     "Phiếu lý lịch tư pháp"},
    {"9.000008",
     "Thủ tục mẫu: công nhận bằng tốt nghiệp",
     "LV-MAU-11",
     "Giáo dục",
     "20",
     "250000",
     "KQ.G03.000918",
     "Giấy công nhận"},
    {"9.000009",
     "Thủ tục mẫu: cấp chứng chỉ hành nghề",
     "LV-MAU-12",
     "Y tế",
     "30",
     "360000",
     "KQ.G18.000919",
     "Chứng chỉ hành nghề"},
    {"9.000010", "Thủ tục mẫu: khai báo tạm vắng", "LV-MAU-13", "Cư trú", "1", "", "", ""},
    {"9.000011",
     "Thủ tục mẫu: tiếp nhận phản ánh, không quy định thời hạn",
     "LV-MAU-14",
     "Tiếp công dân",
     "",
     "",
     "",
     ""},
};

void agencies(JsonWriter& w, const char* name) {
    w.key(name)
        .array()
        .object()
        .field("MADONVI", "000.00.00.H56")
        .field("TENDONVI", "UBND cấp xã")
        .end_object()
        .end_array();
}

void ways(JsonWriter& w, const Procedure& p) {
    w.key("CACHTHUCTHUCHIEN").array();
    for (const char* channel : {"1", "2", "3"}) {
        w.object().field("KENH", channel).key("THOIGIAN").array();
        if (p.has_deadline()) {
            w.object().field("THOIGIANGIAIQUYET", p.days).field("DONVITINH", "Ngày làm việc");
            w.field("MOTA", p.days == "0" ? "Trong ngày" : p.days + " ngày làm việc")
                .key("PHILEPHI")
                .array();
            if (p.has_fee())
                w.object()
                    .field("MAPHILEPHI", "PLP-" + p.code)
                    .field("SOTIEN", p.fee)
                    .field("DONVI", "Đồng")
                    .field("MOTA", "")
                    .end_object();
            w.end_array().end_object();
        }
        w.end_array().end_object();
    }
    w.end_array();
}

void paper(JsonWriter& w, const char* code, const char* name) {
    w.object().field("MAGIAYTO", code).field("TENGIAYTO", name);
    w.field("SOBANCHINH", "1").field("SOBANSAO", "0").field("TENMAUDON", "").field("URL", "");
    w.end_object();
}

/// Papers of a procedure; copies of extracts need other ones from whom asks online.
void papers(JsonWriter& w, const Procedure& p) {
    w.key("THANHPHANHOSO").array();
    const bool by_case = p.code == "2.000635";
    w.object();
    if (by_case) w.field("TRUONGHOP", "Nộp trực tiếp");
    w.key("GIAYTO").array();
    paper(w, "TP-MAU-01", "Tờ khai theo mẫu");
    w.end_array().end_object();
    if (by_case) {
        w.object().field("TRUONGHOP", "Nộp trực tuyến").key("GIAYTO").array();
        paper(w, "000.00.00.G15-TP0001", "Tờ khai cấp bản sao");
        paper(w, "000.00.00.G15-TP0002", "Giấy tờ tùy thân");
        w.end_array().end_object();
    }
    w.end_array();
}

void content(JsonWriter& w, const Procedure& p) {
    w.key("TRINHTUTHUCHIEN").array().object().field("TRUONGHOP", "").key("TRINHTU").array();
    w.object()
        .field("TENTRINHTU", "Tiếp nhận, giải quyết, trả kết quả")
        .end_object()
        .end_array()
        .end_object()
        .end_array();
    w.key("CAPTHUCHIEN").array().value("Cấp xã").end_array();
    ways(w, p);
    w.key("DOITUONGTHUCHIEN")
        .array()
        .object()
        .field("TENDOITUONG", "Công dân Việt Nam")
        .end_object()
        .end_array();
    w.field("MOTADOITUONGTHUCHIEN", "");
    papers(w, p);
    w.key("KETQUATHUCHIEN").array();
    if (p.yields_paper())
        w.object().field("MAKETQUA", p.result_code).field("TENKETQUA", p.result_name).end_object();
    w.end_array()
        .key("CANCUPHAPLY")
        .array()
        .object()
        .field("SOVANBAN", "01/2020/MAU")
        .field("TENVANBAN", "Văn bản mẫu")
        .end_object()
        .end_array();
    agencies(w, "COQUANTHUCHIEN");
    agencies(w, "COQUANCOTHAMQUYEN");
    for (const char* empty :
         {"COQUANDUOCUYQUYEN", "COQUANPHOIHOP", "TTHCLIENQUAN", "TTHCLIENTHONG"})
        w.key(empty).array().end_array();
}

}  // namespace

Catalogue::Catalogue(const std::map<std::string, std::string>& more) {
    auto add = [this](const Row& r) {
        Procedure p;
        p.id = std::to_string(900'001 + procedures_.size());
        p.code = r.code;
        p.name = r.name;
        p.field_code = r.field_code;
        p.field_name = r.field_name;
        p.days = r.days;
        p.fee = r.fee;
        p.result_code = r.result_code;
        p.result_name = r.result_name;
        procedures_.push_back(std::move(p));
    };
    for (const auto& r : rows) add(r);
    for (const auto& [code, name] : more)
        add(Row{code.c_str(), name.c_str(), "LV-MAU-99", "Lĩnh vực khác", "5", "", "", ""});
}

const Procedure* Catalogue::find(std::string_view code) const {
    auto wanted = code.substr(0, 8);
    bool long_form = code.size() == 22 && code[8] == '.';
    if (code.size() != 8 && !long_form) return nullptr;
    for (const auto& p : procedures_)
        if (std::string_view(p.code).substr(0, 8) == wanted) return &p;
    return nullptr;
}

std::string Catalogue::list() const {
    JsonWriter w;
    w.array();
    for (const auto& p : procedures_)
        w.object().field("MATTHC", p.code).field("TENTTHC", p.name).end_object();
    return w.end_array().take();
}

std::string Catalogue::procedure(std::string_view code) const {
    const auto* p = find(code);
    if (!p) return "[]";
    JsonWriter w;
    w.array().object().field("ID", p->id).field("MATTHC", p->code).field("TENTTHC", p->name);
    w.field("MACOQUANCONGBO", "000.00.00.G22")
        .field("LOAITTHC", "TTHC được luật giao quy định chi tiết");
    w.field("QUYETDINH", "001/QĐ-MAU")
        .field("IDQUYETDINHCONGBO", "800001")
        .field("TUKHOA", "")
        .field("MOTA", "");
    w.field("DIACHITIEPNHAN", "Trung tâm Phục vụ hành chính công")
        .field("YEUCAU", "Không")
        .field("TRANGTHAI", "1");
    w.key("LINHVUCTHUCHIEN")
        .array()
        .object()
        .field("MALINHVUC", p->field_code)
        .field("TENLINHVUC", p->field_name)
        .end_object()
        .end_array();
    content(w, *p);
    return w.end_object().end_array().take();
}

std::string Catalogue::decision(std::string_view id) const {
    if (id != "800001") return "[]";
    JsonWriter w;
    w.array()
        .object()
        .field("ID", "800001")
        .field("SOQUYETDINH", "001/QĐ-MAU")
        .field("NGAYQUYETDINH", "02/01/2026");
    w.field("TRICHYEU", "Công bố danh mục thủ tục hành chính mẫu")
        .field("MACOQUANCONGBO", "000.00.00.G22");
    return w.end_object().end_array().take();
}

std::string Catalogue::services() const {
    JsonWriter w;
    w.object().key("data").array();
    for (const auto& p : procedures_) {
        w.object()
            .field("MADVC", p.code + ".01")
            .field("TENDVC", p.name)
            .field("MATTHC", p.code)
            .field("TENTTHC", p.name);
        w.field("TENCOQUANBANHANH", "Cơ quan mẫu")
            .field("TENLINHVUC", p.field_name)
            .key("APDUNGDVC")
            .array()
            .end_array()
            .end_object();
    }
    return w.end_array().end_object().take();
}

}  // namespace sim::national_portal
