export interface Department {
  name: string;
  head: Employee | null;
  teams: Department[];
  members: Employee[];
}
interface Employee {
  name: string;
  reportsTo: Employee | null;
  department?: Department;
  skills: Record<string, 1 | 2 | 3 | 4 | 5>;
}
