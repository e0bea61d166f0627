// The dossier as the portal takes it, by hand: what mappings/national_portal/DongBoHoSoMC.toml does for this dossier.
const channel = { counter: "1", online: "2", post: "3" };
const kind = { citizen: "1" };
const copyKind = { copy: "1" };
const identity = { citizen_number: "1", old_id_number: "2" };
const collectWhen = { at_reception: "1" };
const feeKind = { ordinary: "1" };
const status = { received: "2" };
const delivery = { counter: "0", post: "1" };
const where = { local: "2", national_portal: "1" };

/** No value is invented: a word that no table has stops the dossier. */
function code(table, word) {
  const found = table[word];
  if (found === undefined) throw new Error(`no code for ${word}`);
  return found;
}

const zone = 7 * 3600 * 1000;
/** yyyyMMddHHmmss in Vietnam. */
function stamp(text) {
  if (!text) return "";
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`no time: ${text}`);
  return new Date(time + zone).toISOString().replace(/[-T:]/g, "").slice(0, 14);
}

function phone(text) {
  return text ? text.replace(/^84/, "0") : "";
}

function amount(fee) {
  return String(fee.amount ?? fee.unit_amount * fee.quantity);
}

function item(d) {
  const known = d.owner.identities.filter((i) => i.kind in identity);
  return {
    MaHoSo: d.code, MaTTHC: d.procedure.code, TenTTHC: d.procedure.name, MaLinhVuc: d.procedure.field.code, TenLinhVuc: d.procedure.field.name,
    KenhThucHien: code(channel, d.channel), SoBienNhan: d.receipt_no ?? "", SoGiayToChuHoSo: d.owner.identities[0]?.number ?? "",
    ChuHoSo: d.owner.full_name, LoaiDoiTuong: code(kind, d.owner.kind), MaDoiTuong: "",
    DinhDanhCHS: known.map((i) => ({ LoaiDinhDanh: code(identity, i.kind), SoDinhDanh: i.number })),
    ThongTinKhac: "", Email: d.owner.email ?? "", Fax: d.owner.fax ?? "", SoDienThoai: phone(d.owner.phone), TrichYeuHoSo: d.summary,
    NgayNopHoSo: stamp(d.submitted_at), NgayTiepNhan: stamp(d.received_at), NgayHenTra: stamp(d.due_at), TrangThaiHoSo: code(status, d.status),
    NgayTra: "", ThongTinTra: "", HinhThuc: code(delivery, d.result_delivery), NgayKetThucXuLy: "", NgayTuChoi: "",
    DonViXuLy: d.deciding_agency.name, GhiChu: d.note ?? "", NoiNopHoSo: code(where, d.origin), HoSoCoThanhPhanSoHoa: "0",
    TaiKhoanDuocXacThucVoiVNeID: "0", DuocThanhToanTrucTuyen: d.fees.length > 0 ? "3" : "0", DSKetNoiCSDL: [], TaiLieuNop: [],
    DanhSachLePhi: d.fees.map((f) => ({
      TenPhiLePhi: f.name, MaPhiLePhi: f.code, HinhThucThu: code(collectWhen, f.collect_when), Gia: amount(f), LoaiPhiLePhi: code(feeKind, f.kind),
    })),
    DanhSachTepDinhKemKhac: d.other_papers.map((p) => ({ TenGiayTo: p.name, SoLuong: String(p.count), LoaiGiayTo: code(copyKind, p.copy_kind) })),
    DanhSachHoSoBoSung: [], DanhSachGiayToKetQua: [],
  };
}

/** The bytes of one call. */
export function packet(text) {
  const call = { session: "bench-session", madonvi: "000.00.00.H56", service: "DongBoHoSoMC", isUpdating: "False", data: [item(JSON.parse(text))] };
  return JSON.stringify(call);
}
