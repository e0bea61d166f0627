// The contract as WSDL 1.1, document/literal, so that any SOAP client can be made from it.
#include "simulators/population/soap.hpp"
#include "simulators/population/world.hpp"

namespace sim::population {
namespace {

std::string element(std::string_view name, int least = 1) {
    return "<xs:element name=\"" + std::string(name) + "\" type=\"xs:string\" minOccurs=\"" +
           std::to_string(least) + "\"/>";
}

std::string complex(std::string_view name, const std::string& inside) {
    return "<xs:complexType name=\"" + std::string(name) + "\">" + inside + "</xs:complexType>";
}

std::string typed(
    std::string_view name, std::string_view type, const char* more = " minOccurs=\"0\""
) {
    return "<xs:element name=\"" + std::string(name) + "\" type=\"" + std::string(type) + "\"" +
           more + "/>";
}

bool offered(const Operation& o) {
    return o.gives != Gives::list && o.gives != Gives::asynchronous;
}

std::string request_schema(Profile profile) {
    std::string fields;
    for (const char* name : {"MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo"}) fields += element(name);
    if (profile == Profile::c06_2025)
        for (const char* name : {"MaDonVi", "TaiKhoan", "SoDienThoai"}) fields += element(name);
    // One of the two; both only for MaTichHop 033.
    fields += element("SoDinhDanh", 0) + element("SoCMND", 0) + element("HoVaTen");
    fields += typed("NgayThangNamSinh", "tns:NgaySinh", "");
    std::string out =
        complex(
            "NgaySinh", "<xs:choice>" + element("NgayThangNam") + element("Nam") + "</xs:choice>"
        ) +
        complex("YeuCau", "<xs:sequence>" + fields + "</xs:sequence>");
    for (const auto& [name, operation] : operations())
        if (offered(operation)) out += typed(name, "tns:YeuCau", "");
    return "<xs:schema targetNamespace=\"" + std::string(request_namespace) +
           "\" elementFormDefault=\"qualified\">" + out + "</xs:schema>";
}

std::string reply_schema() {
    auto sequence = [](const std::string& inside) {
        return "<xs:sequence>" + inside + "</xs:sequence>";
    };
    std::string address, person;
    for (const char* name : {"MaTinhThanh", "MaQuanHuyen", "MaPhuongXa", "ChiTiet", "QuocGia"})
        address += element(name, 0);
    for (const char* name : {"SoDinhDanh", "SoCMND"}) person += element(name, 0);
    person += typed("HoVaTen", "dc:HoTen") + typed("NgayThangNamSinh", "dc:NgaySinh");
    for (const char* name :
         {"GioiTinh", "DanToc", "TonGiao", "TinhTrangHonNhan", "NhomMau", "QuocTich"})
        person += element(name, 0);
    for (const char* name : {"NoiDangKyKhaiSinh", "QueQuan", "ThuongTru", "NoiOHienTai"})
        person += typed(name, "dc:DiaChi");
    for (const char* name : {"Cha", "Me", "VoChong", "NguoiDaiDien"})
        person += typed(name, "dc:NguoiThan");
    person += typed("ChuHo", "dc:ChuHo") + element("SoSoHoKhau", 0);
    std::string out =
        complex("HoTen", sequence(element("Ho", 0) + element("ChuDem", 0) + element("Ten", 0))) +
        complex("NgaySinh", sequence(element("NgayThangNam", 0) + element("Nam", 0))) +
        complex("DiaChi", sequence(address)) +
        complex(
            "NguoiThan",
            sequence(element("HoVaTen", 0) + element("SoDinhDanh", 0) + element("SoCMND", 0))
        ) +
        complex(
            "ChuHo",
            sequence(
                element("HoVaTen", 0) + element("QuanHe", 0) + element("SoDinhDanh", 0) +
                element("SoCMND", 0)
            )
        ) +
        complex("CongDan", sequence(person));
    out +=
        "<xs:element name=\"CongdanCollection\"><xs:complexType>" +
        sequence(typed("CongDan", "dc:CongDan", " minOccurs=\"0\" maxOccurs=\"unbounded\"")) +
        "<xs:attribute name=\"SoCongDan\" type=\"xs:int\"/><xs:attribute name=\"ThoiDiemDuLieu\" "
        "type=\"xs:dateTime\"/><xs:attribute name=\"GhiChu\" "
        "type=\"xs:string\"/></xs:complexType></xs:element>";
    out += "<xs:element name=\"KetQuaXacThuc\"><xs:complexType>" +
           sequence("<xs:element name=\"TonTai\" type=\"xs:boolean\"/>" + element("ChiTiet", 0)) +
           "</xs:complexType></xs:element>";
    return "<xs:schema targetNamespace=\"" + std::string(reply_namespace) +
           "\" elementFormDefault=\"qualified\">" + out + "</xs:schema>";
}

}  // namespace

std::string wsdl(Profile profile, const std::string& address) {
    std::string messages, ports, bindings;
    for (const char* reply : {"CongdanCollection", "KetQuaXacThuc"})
        messages += "<message name=\"" + std::string(reply) +
                    "\"><part name=\"body\" element=\"dc:" + reply + "\"/></message>";
    for (const auto& [key, operation] : operations()) {
        if (!offered(operation)) continue;
        std::string name(key);
        bool collection = operation.gives == Gives::person || operation.gives == Gives::household;
        messages += "<message name=\"" + name + "\"><part name=\"body\" element=\"tns:" + name +
                    "\"/></message>";
        ports +=
            "<operation name=\"" + name + "\"><input message=\"tns:" + name +
            "\"/><output message=\"tns:" + (collection ? "CongdanCollection" : "KetQuaXacThuc") +
            "\"/></operation>";
        bindings +=
            "<operation name=\"" + name +
            "\"><soap:operation soapAction=\"\" style=\"document\"/><input><soap:body "
            "use=\"literal\"/></input><output><soap:body use=\"literal\"/></output></operation>";
    }
    std::string ns(request_namespace);
    return R"(<?xml version="1.0" encoding="UTF-8"?><definitions name="DanCu" targetNamespace=")" +
           ns +
           "\" xmlns=\"http://schemas.xmlsoap.org/wsdl/\" "
           "xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" "
           "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:tns=\"" +
           ns + "\" xmlns:dc=\"" + std::string(reply_namespace) + "\"><types>" +
           request_schema(profile) + reply_schema() + "</types>" + messages +
           "<portType name=\"DanCuPort\">" + ports +
           "</portType><binding name=\"DanCuBinding\" type=\"tns:DanCuPort\"><soap:binding "
           "style=\"document\" "
           "transport=\"http://schemas.xmlsoap.org/soap/http\"/>" +
           bindings +
           "</binding><service name=\"DanCu\"><port name=\"DanCuPort\" "
           "binding=\"tns:DanCuBinding\"><soap:address location=\"" +
           xml_escape(address) + "\"/></port></service></definitions>\n";
}

}  // namespace sim::population
