import type { Words } from './words.js'

type Language = keyof Words

interface Names {
  female: readonly string[]
  male: readonly string[]
  /** Made from landscape words, so that nobody is meant. */
  family: readonly string[]
  streets: readonly string[]
  city: string
}

/** Names for made-up people. */
export const names: Readonly<Record<Language, Names>> = {
  en: {
    female: list('Amelia Beatrice Clara Daisy Edith Flora Greta Harriet Ivy Josephine Kitty Lydia Mabel Nora Olive Phoebe Rosalind Sylvia Tabitha Winifred'),
    male: list(
      'Albert Barnaby Cedric Desmond Edgar Felix George Hugo Isaac Jasper Kenneth Leonard Maxwell Nathaniel Oscar Percy Rupert Stanley Theodore Wilfred',
    ),
    family: list(
      'Alderbrook Ambermoor Birchenhall Bramblecote Cloverdene Copperleigh Dunmarrow Elderwick Fernhollow Foxcombe Gorsehill Greywater Hazelmere Heronsby Ivybank Juniperley Kestrelton Larkmeadow Lindenshaw Mapleford Mossgrave Nettlestead Oakenridge Otterbourn Pebbleworth Plumfield Quillmarsh Rowanthorpe Rushwater Sandpiper Sorrelby Thistledown Umberleigh Violetcroft Willowmead Yarrowby',
    ),
    streets: ['Lantern Lane', 'Old Mill Row', 'Heron Street', 'Plum Tree Walk', 'Ferry Steps', 'Quarry Rise'],
    city: 'Riverside',
  },
  es: {
    female: list('Adela Beatriz Carmela Dolores Elvira Fátima Gloria Herminia Inés Jimena Leonor Marta Noelia Olga Pilar Rocío Silvia Teresa Úrsula Violeta'),
    male: list('Álvaro Benito Ciro Damián Emilio Fermín Gonzalo Hernán Ignacio Joaquín Leandro Mateo Nicolás Óscar Pascual Ramiro Saúl Tomás Vicente Zacarías'),
    family: list(
      'Aguaclara Alamedal Altovado Arroyonubes Brisalta Campoviento Cerezaral Cumbrelarga Encinaroja Fuentenube Granadal Jaraclara Lagunazul Lomaverde Manzanaral Montesol Nieblarroyo Olivarejo Ondarroca Peñaluna Pinarejo Pradollano Puentealto Ríoquieto Robledillar Romeral Salviatierra Senderoso Sierraluz Trigalejo Vallehondo Ventisquero Viñaclara Yedral Zarzalejos',
    ),
    streets: ['Calle del Farol', 'Paseo de la Ribera', 'Calle de los Ciruelos', 'Plaza del Molino', 'Cuesta del Barquero'],
    city: 'Ribera',
  },
  ar: {
    female: list('أمل بدور جميلة حنان دلال رنا زهراء سلمى شيماء صفاء عبير غادة فرح لبنى مريم نادية هالة وفاء ياسمين ريم'),
    male: list('أنس باسل جابر حازم خالد رامي زياد سامر شريف صابر طارق عادل غسان فارس كريم مازن نادر هاني وليد ياسر'),
    family: list(
      'النهري الياسميني القمري الزيتوني السحابي الندى الصفصافي الرمالي الجدولي البستاني النخيلي الضحوي الغديري النسيمي السنابلي الروضي الوردي التلالي الشاطئي المرجاني العنبري الشروقي الينبوعي اللوزي الرماني السنديان الخزامى الفراشي الغيمي المطري',
    ),
    streets: ['شارع الفانوس', 'طريق الطاحونة', 'شارع اللوز', 'ممر النخيل', 'ساحة النافورة'],
    city: 'ضفة النهر',
  },
}

function list(words: string): readonly string[] {
  return words.split(' ')
}
